// Groups of Debian's dsh: a file a group, in ~/.dsh/group and then /etc/dsh/group; machines.list is every node.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readTrustedFile } from '../../cluster-file/trusted-file.ts';
import { HeorotError } from '../../error/heorot-error.ts';
import { type DshEntry, parseDshGroup } from '../../exchange/host-list.ts';
import { isHostName } from '../../host-name/host-name.ts';
import { type GroupSource, type GroupTable, type SourcedSettings, tableSource } from '../group-source.ts';
import type { Surroundings } from '../surroundings.ts';

/** The folders that dsh looks at: the user's own wins over the system's. */
export function dshFolders({ home, systemFolder }: Surroundings): readonly string[] {
  return [join(home, '.dsh'), join(systemFolder, 'dsh')];
}

/** @param folders each may hold `group/` and `machines.list`; the first that has a group gives it */
export function dshSource(name: string, folders: readonly string[], { userId }: Surroundings): GroupSource {
  return tableSource(name, async (): Promise<GroupTable> => {
    const groups = new Map<string, readonly string[]>();
    const settings = new Map<string, SourcedSettings>();
    const readList = async (path: string) => {
      const entries = parseDshGroup(await readTrustedFile(path, userId), path);
      for (const entry of entries) rememberUser(settings, entry);
      return entries.map(({ expression }) => expression);
    };
    for (const folder of folders) {
      for (const group of await groupFiles(join(folder, 'group'))) {
        if (!groups.has(group)) groups.set(group, await readList(join(folder, 'group', group)));
      }
    }
    const all = (await firstList(folders, readList)) ?? [...groups.values()].flat();
    return { groups, all, settings };
  });
}

function rememberUser(settings: Map<string, SourcedSettings>, { expression, user }: DshEntry): void {
  if (user !== undefined && isHostName(expression) && !settings.has(expression))
    settings.set(expression, { user });
}

async function firstList(folders: readonly string[], readList: (path: string) => Promise<readonly string[]>) {
  for (const folder of folders) {
    try {
      return await readList(join(folder, 'machines.list'));
    } catch (error) {
      if (!(error instanceof HeorotError) || error.code !== 'file-missing') throw error;
    }
  }
  return undefined;
}

/** Editors' back-ups and packages' left-overs are no groups. */
async function groupFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter(
      (entry) =>
        (entry.isFile() || entry.isSymbolicLink()) &&
        /^[A-Za-z0-9_]/.test(entry.name) &&
        !/~$|\.dpkg-/.test(entry.name),
    )
    .map((entry) => entry.name);
}
