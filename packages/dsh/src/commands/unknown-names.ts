// Names that no cluster file and no group source knows: most often a slip of the keyboard.
import type { NodeResult } from '@heorot/fanout';
import { didYouMean, type Inventory, NodeSet } from '@heorot/inventory';

type Known = Pick<Inventory, 'path' | 'node' | 'all'>;

/**
 * What to say below the summary; undefined when every node that could not be looked up is in the inventory, or there
 * is no cluster file.
 *
 * @example `n3 is not in /etc/heorot/cluster.yaml: did you mean 'n03'?`
 */
export async function unknownNames(
  results: readonly NodeResult[],
  inventory: Known,
): Promise<string | undefined> {
  if (inventory.path === undefined) return undefined;
  const names = results
    .filter(({ outcome }) => outcome.kind === 'unreachable' && outcome.reason.startsWith('name not found'))
    .map(({ node }) => node)
    .filter((node) => !inventory.node(node).known);
  if (names.length === 0) return undefined;
  return notKnown(NodeSet.from(names), inventory);
}

/**
 * What to say of nodes that were just chosen; undefined when all are known, or there is no cluster file.
 * They may be right all the same: a host name need not be in any file.
 */
export async function strangers(nodes: NodeSet, inventory: Known): Promise<string | undefined> {
  if (inventory.path === undefined) return undefined;
  const unlisted = NodeSet.from([...nodes].filter((node) => !inventory.node(node).known));
  if (unlisted.isEmpty) return undefined;
  // A source that fails has been told of where it was asked.
  const listed = await inventory.all().catch(() => NodeSet.empty);
  const strange = unlisted.difference(listed);
  return strange.isEmpty ? undefined : notKnown(strange, inventory);
}

async function notKnown(names: NodeSet, inventory: Known): Promise<string> {
  const known = await inventory.all().catch(() => NodeSet.empty);
  const guess = names.size === 1n ? didYouMean(names.toString(), known) : undefined;
  const folded = names.toString();
  const shown = folded.length <= 160 ? folded : `${folded.slice(0, 160)}…`;
  return `${shown} ${names.size === 1n ? 'is' : 'are'} not in ${inventory.path}: ${guess ?? 'nodes list -l shows what is'}`;
}
