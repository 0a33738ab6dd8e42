// A node set written with groups: `@compute,login1`.
import type { Inventory, NodeSet } from '@heorot/inventory';
import { type GroupNaming, groupReference } from './group-reference.ts';

/** Groups that lie in the set, the largest first, as long as they cover more of it; then the nodes that are left. */
export async function regroup(set: NodeSet, inventory: Inventory, naming: GroupNaming): Promise<string> {
  let left = set;
  const chosen: string[] = [];
  for (const { group, nodes } of await groupsWithin(set, inventory, naming)) {
    if (nodes.isDisjointFrom(left)) continue;
    chosen.push(group);
    left = left.difference(nodes);
  }
  const references = chosen.toSorted().map((group) => groupReference(group, naming));
  return [...references, ...(left.isEmpty ? [] : [left.toString()])].join(',');
}

async function groupsWithin(
  set: NodeSet,
  inventory: Inventory,
  naming: GroupNaming,
): Promise<{ group: string; nodes: NodeSet }[]> {
  const within: { group: string; nodes: NodeSet }[] = [];
  for (const group of await inventory.groups(naming.groupsource)) {
    const nodes = await inventory.resolve(groupReference(group, { ...naming, groupbase: false }));
    if (nodes.isSubsetOf(set)) within.push({ group, nodes });
  }
  return within.sort((a, b) => (a.nodes.size > b.nodes.size ? -1 : a.nodes.size < b.nodes.size ? 1 : 0));
}
