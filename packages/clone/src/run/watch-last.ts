// The verb `watch`.
import { type CommandContext, ExitCode, writeAll } from '@heorot/cli';
import { stateFolder } from '@heorot/state';
import { readHead } from '../service/open-head.ts';
import { watchRun } from './watch-run.ts';

export async function watchLast(
  flags: { readonly run: number | undefined; readonly json: boolean },
  context: CommandContext,
): Promise<number> {
  const run = lastRun(flags.run, context);
  if (run !== undefined) return watchRun(run, flags, context);
  await writeAll(context.stdout, 'nothing was deployed yet\n');
  return ExitCode.ok;
}

/** The number of the run that is meant; `undefined` when there is none. */
export function lastRun(
  wanted: number | undefined,
  { env }: Pick<CommandContext, 'env'>,
): number | undefined {
  using head = readHead(stateFolder(env, 'clone'));
  return wanted === undefined ? head?.deployments.lastRun()?.id : head?.deployments.run(wanted)?.id;
}
