// The nodes that a command is to work on: what its flags select, no more than can be worked on.
import { HeorotError, type Inventory, type NodeSet } from '@heorot/inventory';
import { type SelectionValues, selectionOf } from '../flags/selection-of.ts';

/** Sets may have more members than memory has room for their names: `n[1-99999999999]`. */
const mostNodes = 1_000_000n;

/**
 * @throws HeorotError as `Inventory.select`; `selection-too-large`
 * @example const nodes = await selectNodes(inventory, input.flags)
 */
export async function selectNodes(
  inventory: Pick<Inventory, 'select'>,
  flags: SelectionValues,
): Promise<NodeSet> {
  return notTooMany(await inventory.select(selectionOf(flags)));
}

/** @throws HeorotError `selection-too-large` */
export function notTooMany(nodes: NodeSet): NodeSet {
  if (nodes.size <= mostNodes) return nodes;
  throw new HeorotError(
    'selection-too-large',
    `${nodes.size} nodes were selected; ${mostNodes} are the most`,
    {
      hint: 'is a range too long? nodes count SET counts without working on them',
    },
  );
}
