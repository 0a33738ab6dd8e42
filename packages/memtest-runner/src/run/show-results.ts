// What `memtest-runner results` does.
import { type CommandContext, type FlagValues, openCommandInventory } from '@heorot/cli';
import type { resultsFlags } from '../commands/results.ts';
import { openKnownRun } from './known-run.ts';
import { printResult } from './watch-run.ts';

export async function showResults(
  operands: readonly string[],
  flags: FlagValues<typeof resultsFlags>,
  context: CommandContext,
): Promise<number> {
  using known = await openKnownRun(operands, context);
  const { reach, header } = known.run;
  const inventory = await openCommandInventory(
    { cluster: flags.cluster ?? reach.clusterFile ?? undefined },
    context,
  );
  return await printResult(known.store, header.id, inventory, flags, context);
}
