// Names that no name service found and no cluster file knows.
import { type KnownNodes, strangers } from '@heorot/cli';
import type { NodeResult } from '@heorot/fanout';
import { NodeSet } from '@heorot/inventory';

/** What to say below the summary; undefined when every node that could not be looked up is in the inventory. */
export function unknownNames(
  results: readonly NodeResult[],
  inventory: KnownNodes,
): Promise<string | undefined> {
  const lost = results.filter(
    ({ outcome }) => outcome.kind === 'unreachable' && outcome.reason.startsWith('name not found'),
  );
  return strangers(NodeSet.from(lost.map(({ node }) => node)), inventory);
}
