// What `memtest-runner status` does: one look at each node, then the lines that the live block shows.
import { type CommandContext, ExitCode, writeAll, writeJson } from '@heorot/cli';
import { followRun, restoredView } from '../follow/follow-run.ts';
import type { NodeView } from '../follow/node-view.ts';
import { statusLines } from '../follow/status-lines.ts';
import { plannedSeconds } from '../plan/phase.ts';
import { queuedJobs } from '../slurm/queue.ts';
import { describePending } from '../slurm/watch-queue.ts';
import type { RunReachValues } from './attach-run.ts';
import { type KnownRun, openRunAtWork, stageOfRun } from './known-run.ts';

export async function statusOfRun(
  operands: readonly string[],
  flags: RunReachValues,
  context: CommandContext,
): Promise<number> {
  using known = await openRunAtWork(operands, context);
  const { header } = known.run;
  const views = new Map(
    known.store.nodes(header.id).map(({ node, state }) => {
      const view = restoredView(known.store.files(header.id, node));
      view.told(state.kind);
      return [node, view];
    }),
  );
  await lookOnce(known, views, flags, context);
  const nodes = known.store.nodes(header.id);
  if (flags.json) {
    await writeJson(context.stdout, {
      run: header,
      nodes: nodes.map(({ node, state }) => {
        const view = views.get(node);
        return {
          node,
          state,
          phase: view?.phase ?? null,
          position: view?.position ?? null,
          passes: view?.passes ?? 0,
          findings: view?.findings ?? 0,
          bytesPerSecond: view?.bytesPerSecond ?? null,
        };
      }),
    });
  } else {
    const planned = plannedSeconds(header.plan);
    const facts = {
      title: `${header.level} ${header.id} on ${nodes.length} nodes`,
      plannedSeconds: planned,
      phases: header.plan.length,
    };
    const pending =
      known.run.reach.via === 'slurm' ? describePending(await queuedJobs(header.id, context)) : '';
    const lines = [...statusLines(views, facts, context.theme.stdout), ...(pending === '' ? [] : [pending])];
    await writeAll(context.stdout, `${lines.join('\n')}\n`);
  }
  const states = nodes.map(({ state }) => state.kind);
  if ([...views.values()].some(({ findings }) => findings > 0)) return ExitCode.nodeFailed;
  return states.includes('unreachable') ? ExitCode.unreachable : ExitCode.ok;
}

/** What nodes wrote since the last look is kept as well. */
async function lookOnce(
  known: KnownRun,
  views: ReadonlyMap<string, NodeView>,
  flags: RunReachValues,
  context: CommandContext,
): Promise<void> {
  const { run, store } = known;
  const open = store
    .nodes(run.header.id)
    .filter(({ state }) => state.kind === 'running' || state.kind === 'unreachable');
  if (open.length === 0) return;
  await using stage = await stageOfRun(known, flags, context);
  const targets = new Map(stage.targets.map((target) => [target.node, target]));
  const followed = open.flatMap(({ node, folder }) => {
    const target = targets.get(node);
    return target === undefined ? [] : [{ target, folder, offsets: store.offsets(run.header.id, node) }];
  });
  await followRun(stage.fanout, followed, views, store, {
    run: run.header.id,
    fanoutWidth: flags.fanout,
    intervalMs: 0,
    silenceMs: 30_000,
    lostAfterMs: 0,
    signal: context.signal,
  });
}
