// Which cluster file is in use: the one that was asked for, else the first of the usual places.
import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { HeorotError } from '../error/heorot-error.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ClusterFilePlaces {
  /** `--cluster FILE` */
  readonly clusterFile?: string | undefined;
  readonly env: Environment;
  readonly cwd: string;
  /** `/etc`, by parameter for tests. */
  readonly systemFolder?: string;
}

/**
 * `--cluster`, `$HEOROT_CLUSTER`, `./cluster.yaml`, `$XDG_CONFIG_HOME/heorot/cluster.yaml`, `/etc/heorot/cluster.yaml`,
 * in this order; undefined when there is none.
 *
 * @throws HeorotError `file-missing` when a file was asked for by name and is not there
 */
export async function locateClusterFile(places: ClusterFilePlaces): Promise<string | undefined> {
  const { clusterFile, env, cwd, systemFolder = '/etc' } = places;
  if (clusterFile !== undefined) return await existing(resolve(cwd, clusterFile), '--cluster');
  if (env.HEOROT_CLUSTER) return await existing(resolve(cwd, env.HEOROT_CLUSTER), '$HEOROT_CLUSTER');
  const usual = [
    join(cwd, 'cluster.yaml'),
    join(env.XDG_CONFIG_HOME || join(homeFolder(env), '.config'), 'heorot', 'cluster.yaml'),
    join(systemFolder, 'heorot', 'cluster.yaml'),
  ];
  for (const path of usual) if (await exists(path)) return path;
  return undefined;
}

/** `$HOME`, else what the system's user database says. */
export function homeFolder(env: Environment): string {
  return env.HOME || homedir();
}

async function existing(path: string, askedBy: string): Promise<string> {
  if (await exists(path)) return path;
  throw new HeorotError('file-missing', `${path}: no such cluster file`, {
    hint: `it was asked for by ${askedBy}`,
  });
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
