// Export: nodes of ours, with their groups, become the files of other tools.
import type { Inventory } from '../cluster-file/inventory.ts';
import { HeorotError } from '../error/heorot-error.ts';
import { NodeSet } from '../node-set/node-set.ts';
import { printAnsibleIni } from './ansible-ini.ts';
import { printAnsibleYaml } from './ansible-yaml.ts';
import { printClusterShellYaml } from './clustershell-yaml.ts';
import type { Format } from './format.ts';
import { printGenders } from './genders.ts';
import { printHostList, printHosts, printMachineFile } from './host-list.ts';
import type { NamedText, PortableInventory, PortableNode } from './portable-inventory.ts';
import { printPrometheus } from './prometheus.ts';

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
  const lines = [...groups].map(([group, members]) => [group, NodeSet.from(members).toString()] as const);
  return new Map(groups.has('all') ? lines : [['all', nodes.toString()], ...lines]);
}

function sourceName(inventory: Inventory): string {
  return (inventory.clusterName ?? 'cluster').replace(/[^A-Za-z0-9_.-]/g, '-');
}

function fileName(group: string): string {
  if (/^[A-Za-z0-9_][\w.=:+-]*$/.test(group)) return group;
  throw new HeorotError('format-unsuited', `group '${group}' cannot be the name of a file`);
}
