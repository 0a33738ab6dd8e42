// What `memtest-runner attach` does.
import type { CommandContext, FlagValues } from '@heorot/cli';
import type { runReachFlags } from '../commands/reach-flags.ts';
import { openRunAtWork, stageOfRun } from './known-run.ts';
import { watchRun } from './watch-run.ts';

export type RunReachValues = FlagValues<typeof runReachFlags>;

export async function attachRun(
  operands: readonly string[],
  flags: RunReachValues,
  context: CommandContext,
): Promise<number> {
  using known = await openRunAtWork(operands, context);
  await using stage = await stageOfRun(known, flags, context);
  const options = {
    fanoutWidth: flags.fanout,
    lostAfterMs: flags['lost-after'],
    json: flags.json,
    quiet: flags.quiet,
  };
  return await watchRun({ ...stage, run: known.run, store: known.store }, options, context);
}
