// A cluster file from nodes and groups of another format: nodes with the same settings share a key, addresses are paired by position.
import { foldInOrder } from '../cluster-file/name-pattern.ts';
import { naturalOrder } from '../groups/natural-order.ts';
import { isHostName } from '../host-name/host-name.ts';
import { NodeSet } from '../node-set/node-set.ts';
import type { PortableInventory, PortableNode } from './portable-inventory.ts';
import { yamlText } from './yaml-text.ts';

/** @param comments lines for the head of the file: where it came from */
export function printClusterFile({ nodes, groups }: PortableInventory, comments: readonly string[]): string {
  const lines = comments.map((comment) => `# ${comment}`);
  const shared = sharedPlaces(nodes);
  if (nodes.length > 0) {
    lines.push('nodes:', ...[...alike(nodes, shared)].flatMap((some) => printNodes(some, shared)));
  }
  if (groups.size > 0) lines.push('groups:');
  for (const [group, members] of groups)
    lines.push(`  ${yamlText(group)}: ${yamlText(foldMembers(members))}`);
  return `${lines.join('\n')}\n`;
}

/** Nodes that differ in name and address only; those at one place stand apart, because the file has to say so. */
function alike(
  nodes: readonly PortableNode[],
  shared: ReadonlySet<string>,
): Iterable<readonly PortableNode[]> {
  const sorted = nodes.toSorted((a, b) => naturalOrder(a.name, b.name));
  return Map.groupBy(sorted, (node) => {
    const { address, user, port, labels } = node;
    const place = shared.has(placeOf(node)) ? address : address !== undefined;
    return JSON.stringify([place, user, port, sortedEntries(labels)]);
  }).values();
}

function sharedPlaces(nodes: readonly PortableNode[]): ReadonlySet<string> {
  const groups = Map.groupBy(nodes, placeOf);
  return new Set([...groups].flatMap(([place, there]) => (there.length > 1 ? place : [])));
}

function placeOf({ name, address = name, port = 22 }: PortableNode): string {
  return `${address} ${port}`;
}

function sortedEntries(labels: Readonly<Record<string, string>>) {
  return Object.entries(labels).toSorted(([a], [b]) => naturalOrder(a, b));
}

function printNodes(nodes: readonly PortableNode[], shared: ReadonlySet<string>): readonly string[] {
  const [first] = nodes;
  if (!first) return [];
  const fields: string[] = [];
  const addresses = nodes.flatMap(({ address }) => address ?? []);
  const isShared = shared.has(placeOf(first));
  if (addresses.length > 0) {
    const pattern = isShared ? (first.address ?? '') : foldInOrder(addresses);
    fields.push(`    address: ${yamlText(pattern)}`);
  }
  if (isShared) fields.push('    sharedAddress: true');
  if (first.user !== undefined) fields.push(`    user: ${yamlText(first.user)}`);
  if (first.port !== undefined) fields.push(`    port: ${first.port}`);
  const labels = Object.entries(first.labels).map(
    ([label, value]) => `${yamlText(label, 'flow')}: ${yamlText(value, 'flow')}`,
  );
  if (labels.length > 0) fields.push(`    labels: {${labels.join(', ')}}`);
  const key = yamlText(foldInOrder(nodes.map(({ name }) => name)));
  // YAML limits an implicit key to 1024 characters (1.2, section 7.4.2); `? key` has no limit.
  return key.length < 1000
    ? [`  ${key}:`, ...fields]
    : [`  ? ${key}`, fields.length > 0 ? '  :' : '  : {}', ...fields];
}

function foldMembers(members: readonly string[]): string {
  const names = NodeSet.from(members.filter(isHostName)).toString();
  return [names, ...members.filter((member) => !isHostName(member))].filter((part) => part !== '').join(',');
}
