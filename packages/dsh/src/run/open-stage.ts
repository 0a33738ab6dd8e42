// What every mode that touches nodes stands on: the inventory, the selected nodes as targets, and the engine.
import {
  askSecret,
  type CommandContext,
  openCommandInventory,
  passphrasePrompt,
  selectionOf,
  selectNodes,
  strangers,
} from '@heorot/cli';
import { type CredentialOptions, type Fanout, openFanout, type Target, targetsOf } from '@heorot/fanout';
import { type Inventory, NodeSet } from '@heorot/inventory';
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
  const nodes = await selectNodes(inventory, flags);
  const idle = flags.quiet ? undefined : await idleExclusion(flags, inventory);
  if (idle !== undefined) context.stderr.write(`-x: ${idle}\n`);
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
      hold: flags['no-hold'] ? false : flags.hold,
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

/** What was to be left out, was not among the nodes and is nothing that the inventory knows: it was meant otherwise. */
async function idleExclusion(flags: DshFlags, inventory: Inventory): Promise<string | undefined> {
  if (flags.exclude.length === 0 || inventory.path === undefined) return undefined;
  const before = await inventory.select({ ...selectionOf(flags), exclude: [], excludeGroups: [] });
  const excluded = await Promise.all(
    flags.exclude.map((expression) => inventory.resolve(expression).catch(() => NodeSet.empty)),
  );
  return strangers(NodeSet.union(excluded).difference(before), inventory);
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
