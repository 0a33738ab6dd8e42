// ClusterShell's YAML group files: sources at the top, each with groups, each a node set or a list of them.
import { HeorotError } from '../error/heorot-error.ts';
import type { PortableInventory } from './portable-inventory.ts';
import { yamlText } from './yaml-text.ts';
import { parseYamlTree } from './yaml-tree.ts';

/** Source to group to node-set expressions. */
export type ClusterShellGroups = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;

/** @throws HeorotError `format-invalid` with file:line */
export async function parseClusterShellYaml(text: string, path: string): Promise<ClusterShellGroups> {
  const { root, pairsOf, itemsOf, textOf } = await parseYamlTree(text, path);
  const sources = new Map<string, ReadonlyMap<string, readonly string[]>>();
  for (const source of pairsOf(root, 'group sources')) {
    const name = textOf(source.key, 'the name of a group source');
    const groups = new Map<string, readonly string[]>();
    for (const { key, value } of pairsOf(source.value, `the groups of '${name}'`)) {
      const group = textOf(key, 'the name of a group');
      const nodeSets = itemsOf(value).map((item) => textOf(item, `a node set for group '${group}'`));
      groups.set(
        group,
        nodeSets.filter((nodeSet) => nodeSet !== ''),
      );
    }
    sources.set(name, groups);
  }
  return sources;
}

/** Groups of several sources that share a name are told apart as `source-group`. */
export function portableFromClusterShell(sources: ClusterShellGroups): PortableInventory {
  const groups = new Map<string, readonly string[]>();
  for (const [source, table] of sources) {
    const newName = (group: string) => (isAmbiguous(sources, group) ? `${source}-${group}` : group);
    for (const [group, members] of table) {
      // A reference stays within its source unless it names another.
      const translated = members.map((member) =>
        member.replace(/@(?:([\w.-]+):)?([\w.-]+)/g, (_, other: string | undefined, name: string) =>
          other === undefined || other === source
            ? `@${newName(name)}`
            : `@${isAmbiguous(sources, name) ? `${other}-` : ''}${name}`,
        ),
      );
      groups.set(newName(group), translated);
    }
  }
  return { nodes: [], groups };
}

function isAmbiguous(sources: ClusterShellGroups, group: string): boolean {
  return [...sources.values()].filter((groups) => groups.has(group)).length > 1;
}

/** One source. @param groups group to folded node set */
export function printClusterShellYaml(source: string, groups: ReadonlyMap<string, string>): string {
  if (!/^[A-Za-z0-9_.-]+$/.test(source)) {
    throw new HeorotError('format-unsuited', `'${source}' cannot name a ClusterShell group source`);
  }
  const lines = [...groups].map(([group, nodes]) => `    ${yamlText(group)}: ${yamlText(nodes)}`);
  return groups.size === 0 ? `${source}: {}\n` : `${source}:\n${lines.join('\n')}\n`;
}
