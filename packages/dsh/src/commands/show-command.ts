// `dsh --show RUN`: an earlier run again, with any renderer; what the history had to cut is said.
import { type CommandContext, ExitCode, formatBytes } from '@heorot/cli';
import type { RunEvent } from '@heorot/fanout';
import { readHistory } from '../history/history-reader.ts';
import { describeRecipe, type RecordedNode } from '../history/run-record.ts';
import { openDisplay } from '../run/display.ts';
import { endRun } from '../run/end-of-run.ts';
import { historyPath } from '../run/keep-history.ts';
import { alignOf, type DshInput } from './run-command.ts';

export async function showCommand(input: DshInput, id: number, context: CommandContext): Promise<number> {
  const { flags } = input;
  using history = readHistory(historyPath(context.env));
  const run = history.run(id);
  const commands = [describeRecipe(run.recipe)];
  const nodes = run.results.map(({ node }) => node);
  using display = openDisplay(context, { flags, align: alignOf(input), nodes, commands });
  for (const result of run.results) {
    for (const event of eventsOf(result)) await display.renderer.event(event);
  }
  await display.renderer.end(run);
  for (const result of run.results) display.surface.stderr.write(cutNote(result));
  await endRun({ summary: run, flags, retryWith: undefined }, display.surface, context);
  return ExitCode.ok;
}

function* eventsOf({ node, outcome, elapsedMs, stdout, stderr }: RecordedNode): Generator<RunEvent> {
  if (stdout.bytes.length > 0) yield { kind: 'stdout', node, data: stdout.bytes };
  if (stderr.bytes.length > 0) yield { kind: 'stderr', node, data: stderr.bytes };
  if (outcome.kind === 'ok' || outcome.kind === 'exit' || outcome.kind === 'signal') {
    yield { kind: 'exit', node, outcome, elapsedMs };
  } else {
    yield { kind: 'failure', node, outcome, elapsedMs };
  }
}

function cutNote({ node, stdout, stderr }: RecordedNode): string {
  const kept = stdout.bytes.length + stderr.bytes.length;
  const written = stdout.size + stderr.size;
  return kept === written
    ? ''
    : `dsh: of ${node} only the first ${formatBytes(kept)} of ${formatBytes(written)} were kept\n`;
}
