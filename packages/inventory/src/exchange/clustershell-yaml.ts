// ClusterShell's YAML group files: sources at the top, each with groups, each a node set or a list of them.
import { HeorotError } from '../error/heorot-error.ts';
import { formatError, type PortableInventory } from './portable-inventory.ts';
import { yamlText } from './yaml-text.ts';

/** Source to group to node-set expressions. */
export type ClusterShellGroups = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;

/** @throws HeorotError `format-invalid` with file:line */
export async function parseClusterShellYaml(text: string, path: string): Promise<ClusterShellGroups> {
  const { isMap, isScalar, isSeq, LineCounter, parseDocument } = await import('./yaml-library.ts');
  const lines = new LineCounter();
  const document = parseDocument(text, { schema: 'failsafe', lineCounter: lines, prettyErrors: false });
  const [broken] = document.errors;
  if (broken) throw formatError(path, lines.linePos(broken.pos[0]).line, broken.message);
  const lineOf = (node: unknown) => {
    const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
    return Array.isArray(range) && typeof range[0] === 'number' ? lines.linePos(range[0]).line : 1;
  };
  const pairsOf = (node: unknown, what: string) => {
    if (isMap(node)) return node.items;
    throw formatError(path, lineOf(node), `expected ${what}`);
  };
  const isNothing =
    document.contents === null || (isScalar(document.contents) && document.contents.value === '');
  if (isNothing) return new Map();

  const sources = new Map<string, ReadonlyMap<string, readonly string[]>>();
  for (const source of pairsOf(document.contents, 'group sources')) {
    const groups = new Map<string, readonly string[]>();
    for (const { key, value } of pairsOf(source.value, `the groups of '${String(source.key)}'`)) {
      const nodeSets = isSeq(value) ? value.items : [value];
      for (const nodeSet of nodeSets) {
        if (!isScalar(nodeSet))
          throw formatError(path, lineOf(nodeSet ?? key), `group '${String(key)}': expected a node set`);
      }
      groups.set(
        String(key),
        nodeSets.map(String).filter((nodeSet) => nodeSet !== ''),
      );
    }
    sources.set(String(source.key), groups);
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
