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
  if (nodes.length > 0) lines.push('nodes:', ...[...alike(nodes)].flatMap(printNodes));
  if (groups.size > 0) lines.push('groups:');
  for (const [group, members] of groups)
    lines.push(`  ${yamlText(group)}: ${yamlText(foldMembers(members))}`);
  return `${lines.join('\n')}\n`;
}

/** Nodes that differ in name and address only. */
function alike(nodes: readonly PortableNode[]): Iterable<readonly PortableNode[]> {
  const sorted = nodes.toSorted((a, b) => naturalOrder(a.name, b.name));
  return Map.groupBy(sorted, ({ address, user, port, labels }) =>
    JSON.stringify([address !== undefined, user, port, sortedEntries(labels)]),
  ).values();
}

function sortedEntries(labels: Readonly<Record<string, string>>) {
  return Object.entries(labels).toSorted(([a], [b]) => naturalOrder(a, b));
}

function printNodes(nodes: readonly PortableNode[]): readonly string[] {
  const [first] = nodes;
  if (!first) return [];
  const fields: string[] = [];
  const addresses = nodes.flatMap(({ address }) => address ?? []);
  if (addresses.length > 0) fields.push(`    address: ${yamlText(foldInOrder(addresses))}`);
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
