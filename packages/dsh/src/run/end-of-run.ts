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
  /** What is wrong with the order itself; said in the place of a retry, which would end the same. */
  readonly advice?: string | undefined;
}

/** @returns the exit code */
export async function endRun(
  { summary, flags, retryWith, advice }: EndOfRun,
  surface: Surface,
  context: CommandContext,
): Promise<number> {
  if (!flags.quiet && !surface.stdout.gone) {
    const style = { theme: surface.theme.stderr, fold: surface.fold };
    surface.stderr.write(`${summaryLine(summary, style)}\n`);
    const next = advice ?? nextStep(summary, retryWith, surface.fold);
    if (next !== undefined) surface.stderr.write(`${next}\n`);
    await surface.stderr.flush();
  }
  if (context.signal.aborted || context.drain.aborted) return ExitCode.interrupted;
  return flags['largest-code'] ? largestExitCode(summary) : exitCodeOf(summary);
}

/** A set longer than this is no help on a command line. */
const longestSet = 200;

/** @example nextStep(summary, 'dsh --retry', fold) // `nodes trust -w 'n[1-15]'` */
export function nextStep(
  { results }: Pick<RunSummary, 'results'>,
  retryWith: string | undefined,
  fold: (nodes: readonly string[]) => string,
): string | undefined {
  const refusals = results.flatMap(({ node, outcome }) =>
    outcome.kind === 'host-key' ? [{ node, hint: outcome.hint }] : [],
  );
  const alarm = refusals.find(({ node, hint }) => hint !== trust(node));
  if (alarm !== undefined) return alarm.hint;
  const [first] = refusals;
  if (first !== undefined) {
    const folded = refusals.length === 1 ? first.node : `'${fold(refusals.map(({ node }) => node))}'`;
    return folded.length <= longestSet ? trust(folded) : 'nodes trust, with the same -w, -g or -a';
  }
  const failures = results.filter(failed);
  if (failures.length === 0) return undefined;
  const then = retryWith === undefined ? '' : `; then ${retryWith}`;
  if (failures.every(({ outcome }) => outcome.kind === 'auth')) return `${otherCredentials}${then}`;
  return retryWith === undefined ? undefined : `again on those: ${retryWith}`;
}

/** Without it a retry would end the same. */
const otherCredentials =
  'first let them in: ssh-copy-id, another key (identity in the cluster file), -l USER or --ask-password';

/** The hint of the engine for one node whose key is not known. */
function trust(nodes: string): string {
  return `nodes trust -w ${nodes}`;
}
