// Nodes that were named and that nothing knows: most often a slip of the keyboard.
import { didYouMean, type Inventory, NodeSet } from '@heorot/inventory';

export type KnownNodes = Pick<Inventory, 'path' | 'node' | 'all'>;

/** A set longer than this is no help in a line. */
const longestSet = 160;

/**
 * What to say of nodes that were named; undefined when all are known, or there is no cluster file. They may be right
 * all the same: a host name need not be in any file.
 *
 * @example `n3 is not in /etc/heorot/cluster.yaml: did you mean 'n03'?`
 */
export async function strangers(nodes: NodeSet, inventory: KnownNodes): Promise<string | undefined> {
  if (inventory.path === undefined) return undefined;
  const unlisted = NodeSet.from(Iterator.from(nodes).filter((node) => !inventory.node(node).known));
  if (unlisted.isEmpty) return undefined;
  // A source that fails has been told of where it was asked.
  const known = await inventory.all().catch(() => NodeSet.empty);
  const strange = unlisted.difference(known);
  if (strange.isEmpty) return undefined;
  const guess = strange.size === 1n ? didYouMean(strange.toString(), known) : undefined;
  const folded = strange.toString();
  const shown = folded.length <= longestSet ? folded : `${folded.slice(0, longestSet)}…`;
  const is = strange.size === 1n ? 'is' : 'are';
  return `${shown} ${is} not in ${inventory.path}: ${guess ?? 'nodes list -l shows what is'}`;
}
