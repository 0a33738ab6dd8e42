// The ways to group nodes that the inventory knows: the racks of the cluster file, and each group source.
import type { Inventory, NodeSet } from '@heorot/inventory';
import type { Grouping } from '../view/grouping.ts';

/** The attribute of nodes in the cluster file. */
export const rackGrouping = 'rack';

/**
 * Groups may overlap; a node stands under the smallest that it is in. A source that fails, or has no group of these
 * nodes, is left out.
 */
export async function loadGroupings(inventory: Inventory, nodes: NodeSet): Promise<readonly Grouping[]> {
  const racks = byName(rackGrouping, new Map(rackOf(inventory, nodes)));
  const sources = await Promise.all(
    inventory.sources().map((source) => sourceGrouping(inventory, nodes, source).catch(() => undefined)),
  );
  return [racks, ...sources].filter((grouping) => grouping !== undefined);
}

function rackOf(inventory: Inventory, nodes: NodeSet): readonly (readonly [string, string])[] {
  return [...nodes].flatMap((node) => {
    const { rack } = inventory.node(node);
    return rack === undefined ? [] : [[node, rack] as const];
  });
}

async function sourceGrouping(
  inventory: Inventory,
  nodes: NodeSet,
  source: string,
): Promise<Grouping | undefined> {
  const groups: { readonly name: string; readonly members: NodeSet; readonly size: bigint }[] = [];
  for (const name of await inventory.groups(source)) {
    const all = await inventory.resolve(`@${source}:${name}`);
    groups.push({ name, members: all.intersection(nodes), size: all.size });
  }
  const groupOf = new Map<string, string>();
  for (const { name, members } of groups.toSorted((one, other) => Number(one.size - other.size))) {
    for (const node of members) if (!groupOf.has(node)) groupOf.set(node, name);
  }
  return byName(source, groupOf);
}

function byName(name: string, groups: ReadonlyMap<string, string>): Grouping | undefined {
  return groups.size === 0 ? undefined : { name, groupOf: (node) => groups.get(node) };
}
