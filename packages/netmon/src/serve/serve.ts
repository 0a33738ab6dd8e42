// What `netmon serve` does, from flags to exit code.

import { type CommandContext, ExitCode, type FlagValues, writeAll } from '@heorot/cli';
import { HeorotError } from '@heorot/inventory';
import type { serveFlags } from '../commands/serve-command.ts';
import type { LiveCluster } from '../live/live-cluster.ts';
import { startPushing } from '../push/start-pushing.ts';
import { type ClusterRecorder, recordCluster } from '../record/cluster-recorder.ts';
import { openRecording } from '../record/recording.ts';
import { LinkWatch } from '../sick-links/link-watch.ts';
import { openSource } from '../source/open-source.ts';
import { loadGroupings, rackGrouping } from '../top/load-groupings.ts';
import { unitsOf } from '../units/quantity.ts';
import type { Grouping } from '../view/grouping.ts';
import { stopAfter } from '../watch/stop-after.ts';
import { answers } from './answer-json.ts';
import { isLoopback, parseListen, urlOf } from './listen-address.ts';
import { listenForPages } from './listen-for-pages.ts';
import { LiveStreams } from './live-streams.ts';
import { metricsPage } from './metrics-page.ts';
import { Past } from './past.ts';
import { randomToken, readTokenFile, tokenOfFile } from './token-file.ts';
import type { Hello, WireGrouping } from './wire.ts';

type ServeFlags = FlagValues<typeof serveFlags>;

/** The page is not drawn more often, nor does it wait longer for a sign of life. */
const frameLimitsMs = { least: 250, most: 2000 } as const;

/** @throws HeorotError for flags, files and an address that cannot be had */
export async function serve(flags: ServeFlags, context: CommandContext): Promise<number> {
  const address = parseListen(flags.listen);
  const tokens = await readTokens(flags);
  if (flags.recording !== undefined) openRecording(flags.recording)[Symbol.dispose]();
  const say = (line: string) => void (flags.quiet || context.stderr.write(`${line}\n`));
  await using opened = await openSource(flags, context);
  const { cluster, source, inventory, nodes } = opened;
  using end = stopAfter(cluster, { forMs: flags.for, count: undefined });
  const interrupt = new AbortController();
  using _interrupts = context.takeInterrupts(() => interrupt.abort());
  const signal = AbortSignal.any([context.signal, context.drain, end.signal, interrupt.signal]);

  const groupings = await loadGroupings(inventory, nodes);
  const racks = groupings.find(({ name }) => name === rackGrouping);
  const groupOf = (node: string) => racks?.groupOf(node) ?? 'all';
  using links = new LinkWatch(cluster);
  await using recorder = await recorderOf(flags, cluster, say);
  const path = flags.record ?? flags.recording;
  const { intervalMs } = cluster;
  const past =
    path && new Past({ path, intervalMs, interfaces: flags.iface, groupOf, flush: flushSometimes(recorder) });
  const hello: Hello = {
    title: inventory.clusterName ?? 'netmon',
    intervalMs,
    frameMs: Math.min(frameLimitsMs.most, Math.max(frameLimitsMs.least, intervalMs)),
    units: unitsOf(flags),
    groupings: groupings.map((grouping) => wireGrouping(grouping, nodes)),
    recording: path !== undefined,
  };
  using streams = new LiveStreams({ cluster, hello, findings: () => links.findings(groupOf) });
  await using server = await listenForPages(address, tokens.page, {
    metrics: (accept) => metricsPage(cluster, accept),
    metricsOpen: flags['metrics-open'],
    metricsToken: tokens.metrics,
    openStream: (response) => streams.open(response),
    answer: answers(cluster, past || undefined),
    onError: (error) => say(`page: ${error instanceof Error ? error.message : String(error)}`),
  });
  await using _pushing = startPushing(cluster, {
    url: flags.push,
    intervalMs: flags['push-interval'],
    token: tokens.push,
    say,
  });
  if (!isLoopback(address)) {
    say(
      `listening on ${flags.listen}: others can reach it, and nothing is encrypted; the token is all that keeps them out`,
    );
  }
  const shown = flags['token-file'] === undefined ? tokens.page : `$(cat ${flags['token-file']})`;
  await writeAll(context.stdout, `${urlOf({ ...address, port: server.port })}?token=${shown}\n`);
  await source.run(cluster.accept, signal);
  return interrupt.signal.aborted ? ExitCode.interrupted : ExitCode.ok;
}

function wireGrouping(grouping: Grouping, nodes: Iterable<string>): WireGrouping {
  const groups = [...nodes].flatMap((node) => {
    const group = grouping.groupOf(node);
    return group === undefined ? [] : [[node, group] as const];
  });
  return { name: grouping.name, groups: Object.fromEntries(groups) };
}

/** A disk that is full ends the recording, not the watch. */
async function recorderOf(
  { record: path, retain: retainMs }: ServeFlags,
  cluster: LiveCluster,
  say: (line: string) => void,
): Promise<ClusterRecorder | undefined> {
  if (path === undefined) return undefined;
  const failed = ({ message }: Error) => say(`the recording ${path} has ended: ${message}`);
  return await recordCluster(cluster, { path, retainMs, failed });
}

/** Small blocks compress less, and writing those of a thousand nodes takes a second; the last moments are live anyway. */
const flushEveryMs = 20_000;

/** What arrived before the last time is in the file. */
function flushSometimes(recorder: ClusterRecorder | undefined): (untilMs: number) => void {
  let flushedMs = Number.NEGATIVE_INFINITY;
  return (untilMs) => {
    const nowMs = Date.now();
    if (untilMs <= flushedMs || nowMs - flushedMs < flushEveryMs) return;
    flushedMs = nowMs;
    recorder?.flush();
  };
}

async function readTokens(flags: ServeFlags) {
  const { 'token-file': page, 'metrics-token-file': metrics, 'push-token-file': push } = flags;
  const tokens = {
    page: page === undefined ? randomToken() : await tokenOfFile(page),
    metrics: metrics === undefined ? undefined : await tokenOfFile(metrics),
    push: push === undefined ? undefined : await readTokenFile(push),
  };
  if (tokens.metrics === tokens.page) {
    throw new HeorotError('usage', 'the token of /metrics is the token of the page', {
      hint: 'give two files: Prometheus needs to see no more than /metrics',
    });
  }
  return tokens;
}
