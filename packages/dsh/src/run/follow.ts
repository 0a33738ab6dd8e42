// Follows a run to its end: every event to the renderer, at the renderer's pace; says who is unfinished on Ctrl-C.
import type { CommandContext } from '@heorot/cli';
import type { NodeResult, Run, RunSummary } from '@heorot/fanout';
import type { Renderer, Surface } from '../render/renderer.ts';
import { onAbort } from './on-abort.ts';

/**
 * @param start called once somebody listens for Ctrl-C: the engine drops what has not started as soon as it hears it
 * @param skipped nodes that are not even tried: they end first
 */
export async function followRun(
  start: () => Run,
  { renderer, surface }: { readonly renderer: Renderer; readonly surface: Surface },
  context: Pick<CommandContext, 'drain' | 'signal'>,
  skipped: readonly NodeResult[] = [],
  onStart: (run: Run) => void = () => {},
): Promise<RunSummary> {
  using _watch = onAbort(context.drain, () => tellUnfinished(run, surface, context.signal));
  const run = start();
  for (const { node, outcome } of skipped) {
    if (outcome.kind !== 'skipped') continue;
    await renderer.event({ kind: 'failure', node, outcome, elapsedMs: 0 });
  }
  for await (const event of run) {
    if (event.kind === 'start') onStart(run);
    const behind = renderer.event(event);
    if (behind !== undefined) await behind;
  }
  const summary = await run.summary;
  const whole = skipped.length === 0 ? summary : { ...summary, results: [...skipped, ...summary.results] };
  await renderer.end(whole);
  return whole;
}

/**
 * Who is unfinished has to be asked at once, before the engine drops what has not started; it is told a moment later,
 * and only where the run goes on: not when it is stopped in the same breath.
 */
export function tellUnfinished(
  run: Pick<Run, 'unfinished'>,
  { stderr, fold }: Surface,
  signal: AbortSignal,
): void {
  const text = unfinishedText(run, fold);
  queueMicrotask(() => {
    if (!signal.aborted) stderr.write(`\ndsh: interrupted; ${text}; Ctrl-C again to end them now\n`);
  });
}

/** @example `still running: n[3,7] (2); not started: n[9-20] (12)` */
function unfinishedText(run: Pick<Run, 'unfinished'>, fold: Surface['fold']): string {
  const unfinished = run.unfinished();
  const waiting = unfinished.filter(({ state }) => state === 'waiting').map(({ node }) => node);
  const active = unfinished.filter(({ state }) => state !== 'waiting').map(({ node }) => node);
  const part = (what: string, nodes: readonly string[]): string[] =>
    nodes.length === 0 ? [] : [`${what}: ${fold(nodes)} (${nodes.length})`];
  return [...part('still running', active), ...part('not started', waiting)].join('; ');
}
