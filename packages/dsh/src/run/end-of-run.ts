// What is said and returned when a run has ended: the summary line, the next sensible command, the exit code.
import { type CommandContext, ExitCode } from '@heorot/cli';
import { exitCodeOf, largestExitCode, type RunSummary } from '@heorot/fanout';
import type { DshFlags } from '../flags/dsh-flags.ts';
import type { Surface } from '../render/renderer.ts';
import { failed } from './outcome-text.ts';
import { summaryLine } from './summary-line.ts';

export interface EndOfRun {
  readonly summary: RunSummary;
  readonly flags: Pick<DshFlags, 'quiet' | 'largest-code'>;
  /** What to type to run it again where it failed; undefined = nothing can. */
  readonly retryWith: string | undefined;
}

/** @returns the exit code */
export async function endRun(
  { summary, flags, retryWith }: EndOfRun,
  surface: Surface,
  context: CommandContext,
): Promise<number> {
  if (!flags.quiet && !surface.stdout.gone) {
    const style = { theme: surface.theme.stderr, fold: surface.fold };
    surface.stderr.write(`${summaryLine(summary, style)}\n`);
    const next = nextStep(summary, retryWith);
    if (next !== undefined) surface.stderr.write(`${next}\n`);
    await surface.stderr.flush();
  }
  if (context.signal.aborted || context.drain.aborted) return ExitCode.interrupted;
  return flags['largest-code'] ? largestExitCode(summary) : exitCodeOf(summary);
}

function nextStep({ results }: RunSummary, retryWith: string | undefined): string | undefined {
  for (const { outcome } of results) if (outcome.kind === 'host-key') return outcome.hint;
  return retryWith !== undefined && results.some(failed) ? `again on those: ${retryWith}` : undefined;
}
