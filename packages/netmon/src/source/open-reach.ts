// From flags to nodes that can be reached: the inventory, the selected nodes, and a fan-out for them. Opens no connection.
import {
  askSecret,
  type CommandContext,
  openCommandInventory,
  passphrasePrompt,
  selectionOf,
} from '@heorot/cli';
import { type Fanout, openFanout, type Target, targetsOf } from '@heorot/fanout';
import type { Inventory, NodeSet } from '@heorot/inventory';
import type { ReachFlags } from '../flags/netmon-flags.ts';

/** @throws HeorotError for the cluster file or its rights */
export async function openReach(
  flags: ReachFlags,
  context: CommandContext,
): Promise<{ readonly inventory: Inventory; readonly fanout: Fanout }> {
  const inventory = await openCommandInventory(flags, context);
  const fanout = openFanout({
    inventory,
    connection: {
      sshConfigFile: flags['ssh-config'],
      transport: flags.transport,
      acceptNew: flags['accept-new'],
    },
    credentials: {
      askPassphrase:
        context.stdin.isTTY === true
          ? (path, attempt) => askSecret(context, passphrasePrompt(path, attempt), context.signal)
          : undefined,
    },
    note: (node, text) => {
      if (!flags.quiet) context.stderr.write(`${context.theme.stderr.warning(`${node}:`)} ${text}\n`);
    },
  });
  return { inventory, fanout };
}

/** Watching needs no flags: all nodes of the cluster file, as nothing is changed by it. */
export async function selectToWatch(
  flags: ReachFlags,
  inventory: Inventory,
  context: CommandContext,
): Promise<NodeSet> {
  const selection = selectionOf(flags);
  if (namesNodes(flags) || inventory.path === undefined) return await inventory.select(selection);
  if (!flags.quiet) context.stderr.write(`watching all nodes of ${inventory.path}\n`);
  return await inventory.select({ ...selection, all: true });
}

export function namesNodes({ nodes, group, all }: ReachFlags): boolean {
  return nodes.length > 0 || group.length > 0 || all;
}

export function targetsFor(inventory: Inventory, nodes: NodeSet, flags: ReachFlags): readonly Target[] {
  const { user, 'connect-timeout': connectTimeoutMs } = flags;
  return targetsOf(inventory, nodes, {
    ...(user === undefined ? {} : { user }),
    ...(connectTimeoutMs === undefined ? {} : { connectTimeoutMs }),
  });
}
