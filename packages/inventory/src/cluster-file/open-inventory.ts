// Opens the inventory: finds the cluster file, reads it and what it names, and puts the group sources beside it.
import { HeorotError } from '../error/heorot-error.ts';
import { configuredSources } from '../groups/configured-sources.ts';
import { GroupResolver } from '../groups/group-resolver.ts';
import type { GroupSource } from '../groups/group-source.ts';
import { machineSources } from '../groups/machine-sources.ts';
import { readFacts } from './facts.ts';
import type { Inventory } from './inventory.ts';
import { type Environment, homeFolder, locateClusterFile } from './locate-cluster-file.ts';
import { readMacs } from './macs-file.ts';
import { type NodeKnowledge, nodeRecord } from './node-records.ts';
import { buildNodeTable } from './node-table.ts';
import { type ClusterFile, readClusterFile } from './read-cluster-file.ts';
import { selectNodes } from './select-nodes.ts';
import { settingsOf } from './settings.ts';
import type { UserId } from './trusted-file.ts';

export interface OpenInventoryOptions {
  /** `--cluster FILE`; absent: the usual places are searched, and there may be none. */
  readonly clusterFile?: string | undefined;
  readonly env: Environment;
  readonly cwd: string;
  /** Whose files are trusted, beside root's; default: the user who runs this. */
  readonly userId?: number | undefined;
  /** `/etc`, by parameter for tests. */
  readonly systemFolder?: string;
  /** Told what a group source that was not asked for by name could not answer. */
  readonly onWarning?: (warning: HeorotError) => void;
}

/**
 * Opens the cluster file in use, or none: then the groups are those of the dsh, ClusterShell and genders files found.
 *
 * @throws HeorotError `cluster-file-invalid`, `file-missing`, `file-not-trusted`, `macs-invalid`, `facts-invalid`
 */
export async function openInventory(options: OpenInventoryOptions): Promise<Inventory> {
  const { env, cwd, systemFolder = '/etc', userId = process.getuid?.() } = options;
  const home = homeFolder(env);
  const path = await locateClusterFile({ clusterFile: options.clusterFile, env, cwd, systemFolder });
  const surroundings = { env, cwd, home, systemFolder, userId };
  if (path === undefined) {
    const sources = await machineSources(surroundings);
    return inventoryOf(undefined, NO_KNOWLEDGE, sources, options);
  }
  const file = await readClusterFile(path, userId, home);
  const knowledge = await knowledgeOf(file, userId);
  return inventoryOf(file, knowledge, configuredSources(file, knowledge.table, surroundings), options);
}

const NO_KNOWLEDGE: NodeKnowledge = {
  defaults: {},
  table: new Map(),
  macs: new Map(),
  facts: new Map(),
  resolvePath: (file) => file,
};

async function knowledgeOf(file: ClusterFile, userId: UserId): Promise<NodeKnowledge> {
  const { content, resolvePath } = file;
  return {
    defaults: settingsOf(content.defaults ?? {}, resolvePath),
    table: buildNodeTable(file),
    macs: content.macs === undefined ? new Map() : await readMacs(resolvePath(content.macs), userId),
    facts: content.facts === undefined ? new Map() : await readFacts(resolvePath(content.facts), userId),
    resolvePath,
  };
}

function inventoryOf(
  file: ClusterFile | undefined,
  knowledge: NodeKnowledge,
  sources: readonly GroupSource[],
  { onWarning }: OpenInventoryOptions,
): Inventory {
  const groups = new GroupResolver(sources);
  const beside = (named: string | undefined) => (named === undefined ? undefined : file?.resolvePath(named));

  // Asked of every source: one that fails, or one bad group, must not hide what the others know.
  async function groupsOfAll(node: string) {
    const found: { source: string; group: string }[] = [];
    for (const source of groups.sourceNames()) {
      try {
        for (const group of await groups.groupsOf(node, source, onWarning ?? (() => {})))
          found.push({ source, group });
      } catch (error) {
        if (!(error instanceof HeorotError)) throw error;
        onWarning?.(error);
      }
    }
    return found;
  }

  return {
    path: file?.path,
    clusterName: file?.content.cluster,
    defaults: knowledge.defaults,
    macsFile: beside(file?.content.macs),
    factsFile: beside(file?.content.facts),
    // `hold: 0` is none.
    holdMs: file?.content.defaults?.hold || undefined,
    resolve: async (expression, source) => await groups.resolve(expression, source),
    all: async (source) => await groups.all(source),
    select: async (selection) => await selectNodes(selection, groups),
    node: (name) => {
      const sourced = sources
        .map((source) => source.settingsOf?.(name))
        .find((settings) => settings !== undefined);
      return nodeRecord(name, knowledge, sourced, knowledge.table.has(name) || groups.hasSeen(name));
    },
    sources: () => groups.sourceNames(),
    groups: async (source) => await groups.groupNames(source),
    groupsOf: async (node, source) =>
      source === undefined
        ? await groupsOfAll(node)
        : (await groups.groupsOf(node, source)).map((group) => ({ source, group })),
  };
}
