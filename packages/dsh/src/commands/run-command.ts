// `dsh ... COMMAND`: runs it and shows the answers.
import type { CommandContext, CommandInput } from '@heorot/cli';
import { HeorotError } from '@heorot/inventory';
import type { dshFlags } from '../flags/dsh-flags.ts';
import { OutputRecorder } from '../history/output-recorder.ts';
import { outputFolders } from '../render/choose-renderer.ts';
import { prepareFolders } from '../render/folder-renderer.ts';
import { together } from '../render/renderer.ts';
import { commandsOf, commandTexts, terminalOf } from '../run/commands-of.ts';
import { openDisplay } from '../run/display.ts';
import { endRun } from '../run/end-of-run.ts';
import { followRun } from '../run/follow.ts';
import { keepHistory, prepareHistory, recipeOf } from '../run/keep-history.ts';
import { openStage } from '../run/open-stage.ts';
import { Passthrough, passesThrough } from '../run/passthrough.ts';
import { runOptions } from '../run/run-options.ts';
import { sayWays } from '../run/say-ways.ts';
import { whoTakesPart } from '../run/skip-down.ts';
import { sudoPassword } from '../run/sudo-password.ts';
import { refuseGlobbedNodes } from './globbed-nodes.ts';
import { unknownNames } from './unknown-names.ts';

export type DshInput = CommandInput<typeof dshFlags>;

export async function runCommand(
  input: DshInput,
  context: CommandContext,
  retryOf?: number,
): Promise<number> {
  const { flags, operands } = input;
  const texts = flags.script === undefined ? commandTexts(flags, operands) : [`--script ${flags.script}`];
  if (texts.length === 0) throw noCommand(flags);
  refuseGlobbedNodes(flags.nodes, operands, context.cwd);
  await using stage = await openStage(flags, context);
  if (flags.verbose > 0) await sayWays(stage, context);
  const password = await sudoPassword(flags, context);
  const commands = await commandsOf(flags, operands, {
    cwd: context.cwd,
    sudoPassword: password,
    terminal: terminalOf(context),
  });
  const { up: targets, down: skipped } = await whoTakesPart(stage, flags, context);
  await prepareFolders(outputFolders(flags));
  const outputs = new OutputRecorder();

  using passthrough = passesThrough(flags, context, stage.names.length)
    ? new Passthrough(context)
    : undefined;
  const isNodes = passthrough !== undefined;
  const shown = isNodes ? { ...flags, 'no-prefix': true } : flags;
  using display = openDisplay(context, {
    flags: shown,
    align: alignOf(input),
    nodes: stage.names,
    commands: texts,
    isNodes,
  });
  const renderer = flags['no-history'] ? display.renderer : together([outputs, display.renderer]);
  const options = runOptions(flags, context, targets.length, passthrough);
  if (!flags['no-history']) prepareHistory();
  const summary = await followRun(
    () => stage.fanout.runEach(targets, commands, options),
    { ...display, renderer },
    context,
    skipped,
    (run) => passthrough?.begin(run),
  );
  const recipe = recipeOf(flags, operands, context.cwd);
  const kept = { recipe, nodes: stage.nodes.toString(), summary, outputs, retryOf };
  const isKept = !flags['no-history'] && (await keepHistory(kept, context));
  const advice = await unknownNames(summary.results, stage.inventory);
  const retryWith = isKept ? 'dsh --retry' : undefined;
  return endRun({ summary, flags, retryWith, advice }, display.surface, context);
}

/** Nodes without a command are the prompt, which needs somebody at a keyboard. */
function noCommand(flags: DshInput['flags']): HeorotError {
  const chosen = flags.all || flags.nodes.length > 0 || flags.group.length > 0;
  const hint = chosen
    ? 'the prompt, which is dsh without a command, needs a terminal for its input'
    : 'for example: dsh -a uname -r';
  return new HeorotError('usage', 'no command was given', { hint });
}

/** `--align` and `--no-align` as typed; undefined = as the terminal is. */
export function alignOf({ flags, sequence }: DshInput): boolean | undefined {
  return sequence.some(({ flag }) => flag === 'align') ? flags.align : undefined;
}
