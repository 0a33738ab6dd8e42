// The group sources of a cluster file: its own groups first, then what `sources:` names, in the order of the file.
import { dirname } from 'node:path';
import type { SourceContent } from '../cluster-file/cluster-schema.ts';
import type { NodeTable } from '../cluster-file/node-table.ts';
import type { ClusterFile } from '../cluster-file/read-cluster-file.ts';
import { readTrustedFile } from '../cluster-file/trusted-file.ts';
import { HeorotError } from '../error/heorot-error.ts';
import { ansibleGroups } from '../exchange/ansible.ts';
import { parseHosts, parseMachineFile } from '../exchange/host-list.ts';
import type { PortableInventory } from '../exchange/portable-inventory.ts';
import { didYouMean } from '../suggestion/suggest.ts';
import { type GroupSource, type GroupTable, tableSource } from './group-source.ts';
import { CLUSTER_SOURCE, clusterSource } from './sources/cluster.ts';
import { clusterShellFiles, clusterShellSources } from './sources/clustershell.ts';
import { dshFolders, dshSource } from './sources/dsh.ts';
import { gendersSource } from './sources/genders.ts';
import { slurmSource } from './sources/slurm.ts';
import { upcallSource } from './sources/upcall.ts';
import type { Surroundings } from './surroundings.ts';

/** @throws HeorotError `cluster-file-invalid` for a source that takes the name of the file's own groups */
export function configuredSources(
  file: ClusterFile,
  table: NodeTable,
  surroundings: Surroundings,
): readonly GroupSource[] {
  const { nodes, groups, sources: named = {} } = file.content;
  // A file that only names sources: the first of them is then the default one.
  const hasOwn = Object.keys({ ...nodes, ...groups }).length > 0 || Object.keys(named).length === 0;
  const sources = hasOwn ? [clusterSource(file, table)] : [];
  for (const [name, content] of Object.entries(named)) {
    if (name === CLUSTER_SOURCE || !/^[A-Za-z0-9_][\w.-]*$/.test(name)) {
      throw file.errorAt(
        ['sources', name],
        name === CLUSTER_SOURCE ? "'cluster' is the name of this file's own groups" : 'not a source name',
        {
          hint: 'letters, digits, `.`, `_` and `-`; any name but cluster',
        },
      );
    }
    sources.push(sourceOf(name, content, file, surroundings));
  }
  return sources;
}

function sourceOf(
  name: string,
  content: SourceContent,
  file: ClusterFile,
  surroundings: Surroundings,
): GroupSource {
  const { env, systemFolder, userId } = surroundings;
  const path = (named: string | undefined, usual: string) =>
    named === undefined ? usual : file.resolvePath(named);
  const read = async (from: string) => await readTrustedFile(from, userId);
  switch (content.type) {
    case 'slurm':
      return slurmSource(name, surroundings, { cacheMs: content.cacheTime });
    case 'genders':
      return gendersSource(name, path(content.file, `${systemFolder}/genders`), read);
    case 'dsh':
      return dshSource(
        name,
        content.folder === undefined ? dshFolders(surroundings) : [file.resolvePath(content.folder)],
        surroundings,
      );
    case 'ansible': {
      const from = file.resolvePath(content.file);
      return tableSource(name, async () => await ansibleGroups(await read(from), from));
    }
    case 'hosts': {
      const from = path(content.file, `${systemFolder}/hosts`);
      return tableSource(name, async () => tableOf(parseHosts(await read(from), from)));
    }
    case 'machine-file': {
      const from = file.resolvePath(content.file);
      return tableSource(name, async () => tableOf(parseMachineFile(await read(from), from)));
    }
    case 'clustershell':
      return deferred(name, async () => {
        const from =
          content.file === undefined ? clusterShellFiles(surroundings) : [file.resolvePath(content.file)];
        return await oneClusterShellSource(from, content.source, surroundings);
      });
    case 'command':
      return upcallSource({
        name,
        upcalls: content,
        folder: dirname(file.path),
        env,
        cacheMs: content.cacheTime,
      });
    default:
      return content satisfies never;
  }
}

function tableOf({ nodes }: PortableInventory): GroupTable {
  return { groups: new Map(), all: nodes.map(({ name }) => name) };
}

/** A source that has to be read before it is known; it is read when first asked. */
function deferred(name: string, open: () => Promise<GroupSource>): GroupSource {
  let opened: Promise<GroupSource> | undefined;
  const source = async () => {
    opened ??= open();
    return await opened;
  };
  return {
    name,
    asksPrograms: true,
    members: async (group) => await (await source()).members(group),
    groupNames: async () => await (await source()).groupNames(),
    all: async () => await (await source()).all(),
  };
}

async function oneClusterShellSource(
  files: readonly string[],
  wanted: string | undefined,
  surroundings: Surroundings,
) {
  for (const path of files) {
    try {
      const sources = await clusterShellSources(path, surroundings);
      const source = wanted === undefined ? sources[0] : sources.find(({ name }) => name === wanted);
      if (source) return source;
      const names = sources.map(({ name }) => name);
      throw new HeorotError('source-unknown', `${path} has no group source '${wanted ?? 'default'}'`, {
        hint: didYouMean(wanted ?? '', names) ?? `it has: ${names.join(', ') || 'none'}`,
      });
    } catch (error) {
      if (!(error instanceof HeorotError) || error.code !== 'file-missing' || path === files.at(-1))
        throw error;
    }
  }
  throw new HeorotError('file-missing', 'no groups.conf of ClusterShell');
}
