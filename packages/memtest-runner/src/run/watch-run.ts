// From a run that goes on to its result: follows it, shows how far it is, judges it, prints the verdicts.
import { type CommandContext, createStatusBlock, ExitCode, writeAll, writeJson } from '@heorot/cli';
import type { Fanout, Target } from '@heorot/fanout';
import type { Inventory } from '@heorot/inventory';
import { keepEventLogs } from '../event-log/keep-event-logs.ts';
import type { FollowTiming } from '../follow/follow-node.ts';
import { followRun, restoredView } from '../follow/follow-run.ts';
import type { SpoolStore, StoredRun } from '../follow/spool-store.ts';
import { statusLines } from '../follow/status-lines.ts';
import { exitCodeOf } from '../judge/verdict.ts';
import type { RunResult } from '../model/run-result.ts';
import { plannedSeconds } from '../plan/phase.ts';
import { watchRunQueue } from './queue-watch.ts';
import { resultOf } from './result-of.ts';
import { verdictLines, verdictSummary } from './verdict-lines.ts';

export interface WatchOptions {
  readonly fanoutWidth: number;
  readonly lostAfterMs: number;
  readonly json: boolean;
  readonly quiet: boolean;
}

export interface Watched {
  readonly run: StoredRun;
  readonly store: SpoolStore;
  readonly fanout: Fanout;
  readonly inventory: Inventory;
  readonly targets: readonly Target[];
}

/** @returns the exit code */
export async function watchRun(
  watched: Watched,
  options: WatchOptions,
  context: CommandContext,
): Promise<number> {
  const { run, store } = watched;
  const left = AbortSignal.any([context.drain, context.signal]);
  const open = store
    .nodes(run.header.id)
    .some(({ state }) => state.kind === 'running' || state.kind === 'unreachable');
  const sayLeft = () =>
    context.stderr.write(
      `left: the run goes on on the nodes\n  see it again: memtest-runner attach ${run.header.id}\n  end it: memtest-runner stop ${run.header.id}\n`,
    );
  const ended = await follow(watched, options, context, left).catch((error: unknown) => {
    sayLeft();
    throw error;
  });
  if (!ended) {
    sayLeft();
    return ExitCode.interrupted;
  }
  if (open) {
    const kept = {
      run: run.header.id,
      nodes: watched.targets.map(({ node }) => node),
      when: 'after',
    } as const;
    await keepEventLogs(
      { ...kept, store, inventory: watched.inventory, fanoutWidth: options.fanoutWidth },
      context,
    );
  }
  if (open || run.header.endedAt === null) store.endRun(run.header.id, new Date().toISOString());
  return printResult(store, run.header.id, watched.inventory, options, context);
}

/** False: `left` came first. */
async function follow(
  { run, store, fanout, targets }: Watched,
  options: WatchOptions,
  context: CommandContext,
  left: AbortSignal,
): Promise<boolean> {
  const { header } = run;
  const byName = new Map(targets.map((target) => [target.node, target]));
  const nodes = store.nodes(header.id);
  const open = nodes.filter(({ state }) => state.kind === 'running' || state.kind === 'unreachable');
  const views = new Map(
    nodes.map(({ node, state }) => {
      const view = restoredView(store.files(header.id, node));
      if (state.kind !== 'running' && state.kind !== 'unreachable') view.state = 'over';
      return [node, view];
    }),
  );
  const planned = plannedSeconds(header.plan);
  const facts = {
    title: `${header.level} ${header.id} on ${nodes.length} nodes`,
    plannedSeconds: planned,
    phases: header.plan.length,
  };
  const theme = context.theme.stderr;
  using block = createStatusBlock(context.stderr, {
    render: () => (options.quiet ? [] : statusLines(views, facts, theme)),
  });
  const say = (node: string, text: string) => {
    if (!options.quiet) void block.write(context.stderr, `${theme.node(node)}: ${text}\n`);
  };
  const sayOfAll = (text: string) => {
    if (!options.quiet) void block.write(context.stderr, `${text}\n`);
  };
  const followed = open.flatMap(({ node, folder }) => {
    const target = byName.get(node);
    return target === undefined ? [] : [{ target, folder, offsets: store.offsets(header.id, node) }];
  });
  const over = new AbortController();
  const signal = AbortSignal.any([left, over.signal]);
  const queued = { run, store, fanout, targets, views, fanoutWidth: options.fanoutWidth, say: sayOfAll };
  const queue = run.reach.via === 'slurm' ? watchRunQueue(queued, context, signal) : Promise.resolve();
  await followRun(fanout, followed, views, store, {
    ...timingOf(planned, options.lostAfterMs),
    run: header.id,
    fanoutWidth: options.fanoutWidth,
    signal: left,
    onState: (node, state) => {
      if (state.kind === 'unreachable' && views.get(node)?.state !== 'unreachable')
        say(node, `not reachable: ${state.reason}`);
      if (state.kind === 'vanished')
        say(node, 'the run is not there any more: the node was booted, or the run was killed');
    },
  }).finally(() => over.abort());
  await queue;
  return !left.aborted;
}

/** Long runs are looked at less often: each look is a few processes on a node that is being measured. */
function timingOf(plannedSeconds: number | null, lostAfterMs: number): FollowTiming {
  const intervalMs = plannedSeconds !== null && plannedSeconds < 600 ? 500 : 5000;
  return { intervalMs, silenceMs: Math.min(lostAfterMs, Math.max(30_000, 6 * intervalMs)), lostAfterMs };
}

export async function printResult(
  store: SpoolStore,
  id: string,
  inventory: Inventory,
  options: Pick<WatchOptions, 'json'>,
  context: CommandContext,
): Promise<number> {
  const run = store.find(id);
  if (run === undefined) return ExitCode.configuration;
  const rackOf = (node: string) => inventory.node(node).rack ?? null;
  const result = await resultOf(store, run, { env: context.env, rackOf });
  await print(result, options.json, context);
  return exitCodeOf(result.nodes);
}

async function print(result: RunResult, json: boolean, context: CommandContext): Promise<void> {
  if (json) return writeJson(context.stdout, result);
  const lines = [...verdictLines(result, context.theme.stdout), verdictSummary(result, context.theme.stdout)];
  await writeAll(context.stdout, `${lines.join('\n')}\n`);
}
