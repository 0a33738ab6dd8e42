// Where typed commands are played: the tools first on PATH, a lab's cluster file, state of their own, an empty folder to work in.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lab } from '@heorot/lab';
import { writeLaunchers } from '../launchers/write-launchers.ts';

export interface Stage {
  /** The working folder. */
  readonly desk: string;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * @param bins folder of the built bins: `dsh.js`, `nodes.js`, `heorot.js`
 * @param env what the user's environment is; the stage's own state folders keep the tour out of the user's history
 */
export async function setStage(lab: Lab, bins: string, env: NodeJS.ProcessEnv): Promise<Stage> {
  const desk = join(lab.folder, 'desk');
  const shims = join(lab.folder, 'bin');
  await mkdir(desk, { recursive: true });
  await writeLaunchers(shims, { bins, extension: '.js', node: [process.execPath] });
  return {
    desk,
    env: {
      ...env,
      PATH: `${shims}:${env['PATH'] ?? ''}`,
      HEOROT_CLUSTER: lab.clusterFile,
      XDG_STATE_HOME: join(lab.folder, 'state'),
      XDG_CACHE_HOME: join(lab.folder, 'cache'),
    },
  };
}
