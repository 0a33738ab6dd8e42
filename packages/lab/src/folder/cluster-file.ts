// Text of the lab's cluster.yaml: written by hand here rather than through a YAML library so that people find it pleasant to read.
import type { NodePlan } from '../plan/node-plan.ts';
import { foldIndexes } from './fold-indexes.ts';

/** Facts that all nodes share. Paths are relative to the cluster file. */
export interface ClusterFileFacts {
  readonly name: string;
  readonly user: string;
  readonly port: number;
  readonly nodes: readonly NodePlan[];
}

export function clusterFileText({ name, user, port, nodes }: ClusterFileFacts): string {
  const where = (keep: (node: NodePlan) => boolean): readonly NodePlan[] => nodes.filter(keep);
  const groups: readonly (readonly [string, readonly NodePlan[]])[] = [
    ['compute', where((node) => node.role === 'compute')],
    ['storage', where((node) => node.role === 'storage')],
    ['login', where((node) => node.role === 'login')],
    ['rack1', where((node) => node.rack === 'rack1')],
    ['rack2', where((node) => node.rack === 'rack2')],
  ];
  return [
    '# A rehearsal cluster; made by `heorot lab`, gone with it.',
    `cluster: ${name}`,
    `defaults: {user: ${user}, port: ${port}, identity: keys/id_ed25519, knownHosts: known_hosts}`,
    'nodes:',
    ...entriesOf(nodes).map(
      (run) =>
        `  ${names(run)}: {address: "${addresses(run)}", rack: ${run[0]?.rack}, labels: {role: ${run[0]?.role}}}`,
    ),
    'groups:',
    ...groups
      .filter(([, members]) => members.length > 0)
      .map(([group, members]) => `  ${group}: "${names(members)}"`),
    '',
  ].join('\n');
}

/** Neighbours that differ only in their last octet share an entry. */
function entriesOf(nodes: readonly NodePlan[]): NodePlan[][] {
  const runs: NodePlan[][] = [];
  for (const node of nodes) {
    const run = runs.at(-1);
    const first = run?.[0];
    if (run && first && sharesEntry(first, node)) run.push(node);
    else runs.push([node]);
  }
  return runs;
}

function sharesEntry(one: NodePlan, other: NodePlan): boolean {
  return (
    one.role === other.role && one.rack === other.rack && network(one.address) === network(other.address)
  );
}

function names(nodes: readonly NodePlan[]): string {
  return `n${foldIndexes(nodes.map((node) => node.index))}`;
}

function addresses(nodes: readonly NodePlan[]): string {
  const octets = nodes.map((node) => Number(node.address.slice(node.address.lastIndexOf('.') + 1)));
  return `${network(nodes[0]?.address ?? '')}.${foldIndexes(octets)}`;
}

function network(address: string): string {
  return address.slice(0, address.lastIndexOf('.'));
}
