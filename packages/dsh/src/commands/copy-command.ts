// `dsh ... --copy SRC --dest DIR` and `dsh ... --fetch SRC --dest DIR`.
import { type CommandContext, createStatusBlock } from '@heorot/cli';
import { copyPaths } from '../copy/copy-paths.ts';
import { CopyProgress } from '../copy/copy-progress.ts';
import { followCopy } from '../copy/follow-copy.ts';
import { OutputRecorder } from '../history/output-recorder.ts';
import { surfaceOf } from '../run/display.ts';
import { endRun } from '../run/end-of-run.ts';
import { keepHistory, recipeOf } from '../run/keep-history.ts';
import { openStage } from '../run/open-stage.ts';
import { transferOptions } from '../run/run-options.ts';
import { whoTakesPart } from '../run/skip-down.ts';
import type { DshInput } from './run-command.ts';
import { unknownNames } from './unknown-names.ts';

export async function copyCommand(
  input: DshInput,
  context: CommandContext,
  retryOf?: number,
): Promise<number> {
  const { flags, operands } = input;
  const { direction, sources, destination } = copyPaths(flags, operands, context.cwd);
  await using stage = await openStage(flags, context);
  const { up: targets, down } = await whoTakesPart(stage, flags, context);
  const options = { ...transferOptions(flags, context, targets.length), resume: flags.resume };
  const progress = new CopyProgress(stage.targets.length, context.theme.stderr);
  using block = flags.quiet ? undefined : createStatusBlock(context.stderr, progress);
  const surface = surfaceOf(context, block);

  const start = () => stage.fanout[direction](targets, sources, destination, options);
  const summary = await followCopy(start, flags, { surface, progress }, context, down);
  block?.end();
  const recipe = {
    ...recipeOf(flags, [], context.cwd),
    commands: sources,
    destination,
  };
  const kept = { recipe, nodes: stage.nodes.toString(), summary, outputs: new OutputRecorder(), retryOf };
  const isKept = !flags['no-history'] && (await keepHistory(kept, context));
  const advice = await unknownNames(summary.results, stage.inventory);
  return endRun({ summary, flags, retryWith: isKept ? 'dsh --retry' : undefined, advice }, surface, context);
}
