// What every mode that touches nodes stands on: the inventory, the selected nodes as targets, and the engine.
import {
  askSecret,
  type CommandContext,
  openCommandInventory,
  passphrasePrompt,
  selectionOf,
} from '@heorot/cli';
import { type CredentialOptions, type Fanout, openFanout, type Target, targetsOf } from '@heorot/fanout';
import type { Inventory, NodeSet } from '@heorot/inventory';
import type { DshFlags } from '../flags/dsh-flags.ts';
import { keepHeapSmall } from './small-heap.ts';

export interface Stage extends AsyncDisposable {
  readonly inventory: Inventory;
  readonly nodes: NodeSet;
  readonly names: readonly string[];
  readonly targets: readonly Target[];
  readonly fanout: Fanout;
}

/** @throws HeorotError for what is wrong with the cluster file, the selection or the ssh configuration */
export async function openStage(
  flags: DshFlags,
  context: CommandContext,
  options: { readonly keepSessions?: boolean } = {},
): Promise<Stage> {
  const inventory = await openCommandInventory(flags, context);
  const nodes = await inventory.select(selectionOf(flags));
  const [source] = inventory.sources();
  if (inventory.path === undefined && source !== undefined && flags.all && !flags.quiet) {
    // Group files that a package left there must not be taken for the cluster.
    context.stderr.write(`no cluster file: -a means the nodes of the group source '${source}'\n`);
  }
  keepHeapSmall(Number(nodes.size));
  const targets = targetsOf(inventory, nodes, flags.user === undefined ? {} : { user: flags.user });
  const fanout = openFanout({
    inventory,
    connection: {
      sshConfigFile: flags['ssh-config'],
      transport: flags.transport,
      acceptNew: flags['accept-new'],
      forwardAgent: flags['forward-agent'],
    },
    credentials: credentialsOf(flags, context),
    note: (node, text) => {
      if (!flags.quiet) context.stderr.write(`${context.theme.stderr.warning(`${node}:`)} ${text}\n`);
    },
    ...options,
  });
  return {
    inventory,
    nodes,
    names: [...nodes],
    targets,
    fanout,
    [Symbol.asyncDispose]: () => fanout[Symbol.asyncDispose](),
  };
}

/** A person can be asked only where one sits. */
function credentialsOf(flags: DshFlags, context: CommandContext): CredentialOptions {
  const ask = (prompt: string): Promise<string> => askSecret(context, prompt, context.signal);
  return {
    askPassphrase:
      context.stdin.isTTY === true ? (path, attempt) => ask(passphrasePrompt(path, attempt)) : undefined,
    password: flags['ask-password']
      ? { kind: 'prompt', ask: () => ask('password for the nodes: ') }
      : undefined,
  };
}
