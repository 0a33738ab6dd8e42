// Import: inventories of other tools become a cluster file.
import { NodeSet } from '../node-set/node-set.ts';
import { parseAnsible, portableFromAnsible } from './ansible.ts';
import { parseClusterShellYaml, portableFromClusterShell } from './clustershell-yaml.ts';
import type { Format } from './format.ts';
import { parseGenders, portableFromGenders } from './genders.ts';
import { parseDshGroup, parseHosts, parseMachineFile } from './host-list.ts';
import type { NamedText, PortableInventory, PortableNode } from './portable-inventory.ts';
import { printClusterFile } from './print-cluster-file.ts';
import { parsePrometheus } from './prometheus.ts';

/**
 * The text of a cluster file that says what the files of another tool say.
 *
 * @param files for dsh one file a group, named by the group, and `machines.list`; for the others usually one
 * @throws HeorotError `format-invalid` with file:line
 */
export async function importInventory(format: Format, files: readonly NamedText[]): Promise<string> {
  const parts: PortableInventory[] = [];
  for (const file of files) parts.push(await read(format, file));
  const from = files.map(({ path }) => path).join(', ');
  return printClusterFile(merge(parts), [`Imported from ${from} (${format}).`, 'Check it: nodes check']);
}

async function read(format: Format, { path, text }: NamedText): Promise<PortableInventory> {
  switch (format) {
    case 'genders':
      return portableFromGenders(parseGenders(text, path));
    case 'ansible':
    case 'ansible-yaml':
      return portableFromAnsible(await parseAnsible(text, path), path);
    case 'hosts':
      return parseHosts(text, path);
    case 'machine-file':
      return parseMachineFile(text, path);
    case 'clustershell':
      return portableFromClusterShell(await parseClusterShellYaml(text, path));
    case 'prometheus':
      return parsePrometheus(text, path);
    case 'dsh':
      return portableFromDsh(text, path);
    default:
      return format satisfies never;
  }
}

function portableFromDsh(text: string, path: string): PortableInventory {
  const entries = parseDshGroup(text, path);
  const nodes = entries.flatMap(({ expression, user }) =>
    [...NodeSet.parse(expression)].map((name) => ({
      name,
      ...(user === undefined ? {} : { user }),
      labels: {},
    })),
  );
  const group = path.replace(/^.*\//, '');
  const members = entries.map(({ expression }) => expression);
  return { nodes, groups: group === 'machines.list' ? new Map() : new Map([[group, members]]) };
}

function merge(parts: readonly PortableInventory[]): PortableInventory {
  const nodes = new Map<string, PortableNode>();
  const groups = new Map<string, readonly string[]>();
  for (const part of parts) {
    for (const node of part.nodes) {
      const known = nodes.get(node.name);
      nodes.set(node.name, { ...known, ...node, labels: { ...known?.labels, ...node.labels } });
    }
    for (const [group, members] of part.groups)
      groups.set(group, [...new Set([...(groups.get(group) ?? []), ...members])]);
  }
  return { nodes: [...nodes.values()], groups };
}
