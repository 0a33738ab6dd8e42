// Names that no cluster file knows and no name service found: most often a slip of the keyboard.
import type { NodeResult } from '@heorot/fanout';
import { didYouMean, type Inventory } from '@heorot/inventory';

/**
 * What to say below the summary; undefined when every node that could not be looked up is in the inventory, or there
 * is no cluster file.
 *
 * @example `n3 is not in /etc/heorot/cluster.yaml: did you mean 'n03'?`
 */
export async function unknownNames(
  results: readonly NodeResult[],
  inventory: Inventory,
  fold: (nodes: readonly string[]) => string,
): Promise<string | undefined> {
  if (inventory.path === undefined) return undefined;
  const names = results
    .filter(({ outcome }) => outcome.kind === 'unreachable' && outcome.reason.startsWith('name not found'))
    .map(({ node }) => node)
    .filter((node) => !inventory.node(node).known);
  const [first] = names;
  if (first === undefined) return undefined;
  const known = await inventory.all().catch(() => []);
  const guess = names.length === 1 ? didYouMean(first, known) : undefined;
  const folded = names.length > 1 ? fold(names) : first;
  const shown = folded.length <= 160 ? folded : `${folded.slice(0, 160)}…`;
  return `${shown} ${names.length === 1 ? 'is' : 'are'} not in ${inventory.path}: ${guess ?? 'nodes list -l shows what is'}`;
}
