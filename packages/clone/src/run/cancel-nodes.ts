// The verb `cancel`.
import {
  type CommandContext,
  confirm,
  ExitCode,
  type FlagValues,
  openCommandInventory,
  selectionOf,
  writeAll,
} from '@heorot/cli';
import { NodeSet } from '@heorot/inventory';
import { stateFolder } from '@heorot/state';
import type { CancelFlags } from '../commands/cancel.ts';
import { openHead } from '../service/open-head.ts';

export async function cancelNodes(flags: FlagValues<CancelFlags>, context: CommandContext): Promise<number> {
  const inventory = await openCommandInventory(flags, context);
  const wanted = new Set(await inventory.select(selectionOf(flags)));
  using head = await openHead(stateFolder(context.env, 'clone'));
  const active = head.deployments.active().filter(({ node }) => wanted.has(node));
  if (active.length === 0) {
    await writeAll(context.stdout, 'none of these nodes is being deployed\n');
    return ExitCode.ok;
  }
  const nodes = NodeSet.from(active.map(({ node }) => node)).toString();
  await confirm(context, {
    consequence: `this ends the deployment of ${active.length} nodes`,
    expected: nodes,
    yes: flags.yes,
    signal: context.signal,
  });
  for (const { id } of active) head.deployments.apply(id, { kind: 'cancel' }, Date.now());
  await writeAll(context.stdout, `cancelled: ${nodes}\n`);
  return ExitCode.ok;
}
