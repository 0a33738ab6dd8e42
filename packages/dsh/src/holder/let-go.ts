// `dsh holder close` and `dsh holder revoke`: held connections are closed.
import {
  type CommandContext,
  ExitCode,
  type FlagValues,
  openCommandInventory,
  selectNodes,
} from '@heorot/cli';
import { closeHolder, type Revocation, revokeHeld } from '@heorot/fanout';
import type { revokeFlags } from './holder-verbs.ts';

export async function closeCommand(
  flags: { readonly quiet: boolean },
  context: CommandContext,
): Promise<number> {
  return tell(await closeHolder(context.env), flags, context);
}

export async function revokeCommand(
  flags: FlagValues<typeof revokeFlags>,
  context: CommandContext,
): Promise<number> {
  const inventory = await openCommandInventory(flags, context);
  const nodes = await selectNodes(inventory, flags);
  return tell(await revokeHeld([...nodes], context.env), flags, context);
}

function tell(
  revocation: Revocation | undefined,
  { quiet }: { readonly quiet: boolean },
  context: CommandContext,
): number {
  if (!quiet) context.stderr.write(`${sentence(revocation)}\n`);
  return ExitCode.ok;
}

function sentence(revocation: Revocation | undefined): string {
  if (revocation === undefined) return 'no connections are held';
  const { closed, inUse } = revocation;
  const later = inUse === 0 ? '' : `; ${inUse} in use, closed when the runs that use them are done`;
  return `${closed} ${closed === 1 ? 'connection' : 'connections'} closed${later}`;
}
