// Follows a run to its end: every event to the renderer, at the renderer's pace; says who is unfinished on Ctrl-C.
import type { CommandContext } from '@heorot/cli';
import type { NodeResult, Run, RunSummary } from '@heorot/fanout';
import type { Renderer, Surface } from '../render/renderer.ts';

/**
 * @param start called once somebody listens for Ctrl-C: the engine drops what has not started as soon as it hears it
 * @param skipped nodes that are not even tried: they end first
 */
export async function followRun(
  start: () => Run,
  { renderer, surface }: { readonly renderer: Renderer; readonly surface: Surface },
  context: Pick<CommandContext, 'drain'>,
  skipped: readonly NodeResult[] = [],
): Promise<RunSummary> {
  using _watch = onAbort(context.drain, () => surface.stderr.write(unfinishedText(run, surface.fold)));
  const run = start();
  for (const { node, outcome } of skipped) {
    if (outcome.kind !== 'skipped') continue;
    await renderer.event({ kind: 'failure', node, outcome, elapsedMs: 0 });
  }
  for await (const event of run) {
    const behind = renderer.event(event);
    if (behind !== undefined) await behind;
  }
  const summary = await run.summary;
  const whole = skipped.length === 0 ? summary : { ...summary, results: [...skipped, ...summary.results] };
  await renderer.end(whole);
  return whole;
}

/** @example `still running: n[3,7] (2); not started: n[9-20] (12)` */
export function unfinishedText(run: Pick<Run, 'unfinished'>, fold: Surface['fold']): string {
  const unfinished = run.unfinished();
  const waiting = unfinished.filter(({ state }) => state === 'waiting').map(({ node }) => node);
  const active = unfinished.filter(({ state }) => state !== 'waiting').map(({ node }) => node);
  const part = (what: string, nodes: readonly string[]): string[] =>
    nodes.length === 0 ? [] : [`${what}: ${fold(nodes)} (${nodes.length})`];
  const parts = [...part('still running', active), ...part('not started', waiting)];
  return parts.length === 0 ? '' : `${parts.join('; ')}\n`;
}

function onAbort(signal: AbortSignal, listener: () => void): Disposable {
  signal.addEventListener('abort', listener, { once: true });
  return { [Symbol.dispose]: () => signal.removeEventListener('abort', listener) };
}
