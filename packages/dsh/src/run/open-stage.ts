// What every mode that touches nodes stands on: the inventory, the selected nodes as targets, and the engine.
import { type CommandContext, openCommandInventory, selectionOf } from '@heorot/cli';
import type { Fanout, Target } from '@heorot/fanout';
import type { Inventory, NodeSet } from '@heorot/inventory';
import type { DshFlags } from '../flags/dsh-flags.ts';

export interface Stage extends AsyncDisposable {
  readonly inventory: Inventory;
  readonly nodes: NodeSet;
  readonly names: readonly string[];
  readonly targets: readonly Target[];
  readonly fanout: Fanout;
}

export type StageFlags = Pick<
  DshFlags,
  | 'nodes'
  | 'group'
  | 'all'
  | 'exclude'
  | 'exclude-group'
  | 'cluster'
  | 'user'
  | 'ssh-config'
  | 'transport'
  | 'accept-new'
  | 'forward-agent'
  | 'connect-timeout'
>;

/** @throws HeorotError for what is wrong with the cluster file, the selection or the ssh configuration */
export async function openStage(
  flags: StageFlags,
  context: CommandContext,
  options: { readonly keepSessions?: boolean } = {},
): Promise<Stage> {
  const { openFanout, targetsOf } = await import('@heorot/fanout');
  const inventory = await openCommandInventory(flags, context);
  const nodes = await inventory.select(selectionOf(flags));
  const targets = targetsOf(inventory, nodes, flags);
  const fanout = await openFanout({ ...options });
  return {
    inventory,
    nodes,
    names: [...nodes],
    targets,
    fanout,
    [Symbol.asyncDispose]: () => fanout[Symbol.asyncDispose](),
  };
}
