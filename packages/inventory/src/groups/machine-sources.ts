// Without a cluster file: the group files of other tools that this machine has. The first is the default:
// ClusterShell's groups.conf (its default source, then its others), then dsh's groups, then genders.
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { readTrustedFile } from '../cluster-file/trusted-file.ts';
import type { GroupSource } from './group-source.ts';
import { clusterShellFiles, clusterShellSources } from './sources/clustershell.ts';
import { dshFolders, dshSource } from './sources/dsh.ts';
import { gendersSource } from './sources/genders.ts';
import type { Surroundings } from './surroundings.ts';

export async function machineSources(surroundings: Surroundings): Promise<readonly GroupSource[]> {
  const sources: GroupSource[] = [];
  const groupsConf = await firstExisting(clusterShellFiles(surroundings));
  if (groupsConf !== undefined) sources.push(...(await clusterShellSources(groupsConf, surroundings)));
  const dsh = dshFolders(surroundings);
  if ((await firstExisting(dsh)) !== undefined) sources.push(dshSource('dsh', dsh, surroundings));
  const genders = join(surroundings.systemFolder, 'genders');
  if ((await firstExisting([genders])) !== undefined) {
    sources.push(gendersSource('genders', genders, (path) => readTrustedFile(path, surroundings.userId)));
  }
  return sources.filter(({ name }, index) => sources.findIndex((other) => other.name === name) === index);
}

async function firstExisting(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    try {
      await access(path);
      return path;
    } catch {
      // Looked for, not demanded.
    }
  }
  return undefined;
}
