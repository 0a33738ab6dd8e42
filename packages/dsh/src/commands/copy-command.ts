// `dsh ... --copy SRC --dest DIR` and `dsh ... --fetch SRC --dest DIR`.
import { type CommandContext, createStatusBlock } from '@heorot/cli';
import { copyPaths } from '../copy/copy-paths.ts';
import { CopyProgress } from '../copy/copy-progress.ts';
import { followCopy } from '../copy/follow-copy.ts';
import { OutputRecorder } from '../history/output-recorder.ts';
import { surfaceOf } from '../run/display.ts';
import { endRun } from '../run/end-of-run.ts';
import { keepHistory, recipeOf } from '../run/keep-history.ts';
import { onAbort } from '../run/on-abort.ts';
import { openStage } from '../run/open-stage.ts';
import { transferOptions } from '../run/run-options.ts';
import type { DshInput } from './run-command.ts';

export async function copyCommand(
  input: DshInput,
  context: CommandContext,
  retryOf?: number,
): Promise<number> {
  const { flags, operands } = input;
  const { direction, sources, destination } = copyPaths(flags, operands, context.cwd);
  await using stage = await openStage(flags, context);
  const options = { ...transferOptions(flags, context, stage.targets.length), resume: flags.resume };
  const progress = new CopyProgress(stage.targets.length, context.theme.stderr);
  using block = flags.quiet ? undefined : createStatusBlock(context.stderr, progress);
  const surface = surfaceOf(context, block);

  const run = stage.fanout[direction](stage.targets, sources, destination, options);
  using _watch = onAbort(context.drain, () => {
    surface.stderr.write('\ndsh: interrupted: no further node is started; Ctrl-C again to stop now\n');
  });
  const summary = await followCopy(run, flags, { surface, progress });
  block?.end();
  const recipe = {
    ...recipeOf(flags, [], context.cwd),
    commands: sources,
    destination,
  };
  const kept = { recipe, nodes: stage.nodes.toString(), summary, outputs: new OutputRecorder(), retryOf };
  const isKept = !flags['no-history'] && (await keepHistory(kept, context));
  return endRun({ summary, flags, retryWith: isKept ? 'dsh --retry' : undefined }, surface, context);
}
