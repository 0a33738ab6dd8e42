// Import and export: inventories of other tools to a cluster file, and nodes of ours to the files of other tools.
import type { Inventory } from '../cluster-file/inventory.ts';
import { HeorotError } from '../error/heorot-error.ts';
import type { NodeSet } from '../node-set/node-set.ts';
import { NodeSet as Nodes } from '../node-set/node-set.ts';
import { parseAnsible, portableFromAnsible } from './ansible.ts';
import { printAnsibleIni } from './ansible-ini.ts';
import { printAnsibleYaml } from './ansible-yaml.ts';
import {
  parseClusterShellYaml,
  portableFromClusterShell,
  printClusterShellYaml,
} from './clustershell-yaml.ts';
import { parseGenders, portableFromGenders, printGenders } from './genders.ts';
import {
  parseDshGroup,
  parseHosts,
  parseMachineFile,
  printHostList,
  printHosts,
  printMachineFile,
} from './host-list.ts';
import type { NamedText, PortableInventory, PortableNode } from './portable-inventory.ts';
import { printClusterFile } from './print-cluster-file.ts';
import { parsePrometheus, printPrometheus } from './prometheus.ts';

/** `ansible` reads either notation by the file's ending, and writes INI. */
export const FORMATS = [
  'genders',
  'ansible',
  'ansible-yaml',
  'hosts',
  'dsh',
  'clustershell',
  'machine-file',
  'prometheus',
] as const;
export type Format = (typeof FORMATS)[number];

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
    [...Nodes.parse(expression)].map((name) => ({
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

/**
 * The files in which another tool finds these nodes and their groups; one, but for dsh, which has one a group.
 *
 * @throws HeorotError `format-unsuited` when the format cannot say it
 */
export async function exportInventory(
  inventory: Inventory,
  nodes: NodeSet,
  format: Format,
): Promise<readonly NamedText[]> {
  const portable = await portableFrom(inventory, nodes);
  const one = (path: string, text: string) => [{ path, text }];
  switch (format) {
    case 'genders':
      return one('genders', printGenders(portable));
    case 'ansible':
      return one('inventory.ini', printAnsibleIni(portable));
    case 'ansible-yaml':
      return one('inventory.yaml', printAnsibleYaml(portable));
    case 'hosts':
      return one('hosts', printHosts(portable.nodes));
    case 'machine-file':
      return one('machines', printMachineFile(portable.nodes));
    case 'clustershell':
      return one(
        `${sourceName(inventory)}.yaml`,
        printClusterShellYaml(sourceName(inventory), folded(portable, nodes)),
      );
    case 'prometheus':
      return one('nodes.json', printPrometheus(portable));
    case 'dsh':
      return [
        { path: 'machines.list', text: printHostList(portable.nodes.map(({ name }) => name)) },
        ...[...portable.groups].map(([group, members]) => ({
          path: `group/${fileName(group)}`,
          text: printHostList(members),
        })),
      ];
    default:
      return format satisfies never;
  }
}

async function portableFrom(inventory: Inventory, selected: NodeSet): Promise<PortableInventory> {
  const nodes = [...selected].map((name): PortableNode => {
    const { address, user, port, labels = {}, rack } = inventory.node(name);
    return {
      name,
      ...(String(address) === name ? {} : { address }),
      ...(user === undefined ? {} : { user }),
      ...(port === undefined ? {} : { port }),
      labels: { ...(rack === undefined ? {} : { rack }), ...labels },
    };
  });
  const groups = new Map<string, readonly string[]>();
  if (inventory.sources().length > 0) {
    for (const group of await inventory.groups()) {
      const members = (await inventory.resolve(`@${group}`)).intersection(selected);
      if (!members.isEmpty) groups.set(group, [...members]);
    }
  }
  return { nodes, groups };
}

/** ClusterShell without an `all` would miss nodes that are in no group. */
function folded({ groups }: PortableInventory, nodes: NodeSet): ReadonlyMap<string, string> {
  const lines = [...groups].map(([group, members]) => [group, Nodes.from(members).toString()] as const);
  return new Map(groups.has('all') ? lines : [['all', nodes.toString()], ...lines]);
}

function sourceName(inventory: Inventory): string {
  return (inventory.clusterName ?? 'cluster').replace(/[^A-Za-z0-9_.-]/g, '-');
}

function fileName(group: string): string {
  if (/^[A-Za-z0-9_][\w.=:+-]*$/.test(group)) return group;
  throw new HeorotError('format-unsuited', `group '${group}' cannot be the name of a file`);
}
