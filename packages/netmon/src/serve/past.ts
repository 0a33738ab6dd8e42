// Time travel: the cluster as it was, and the history of a node, out of a recording. Sampling goes on meanwhile: after some
// milliseconds of reading, everything else has its turn.
import { planHistory, stepFor } from '../history/history-plan.ts';
import { inTurns } from '../history/in-turns.ts';
import { historySteps } from '../history/node-history.ts';
import { LiveCluster } from '../live/live-cluster.ts';
import { openRecording, type Recording } from '../record/recording.ts';
import { recordedOutputs } from '../replay/recorded-outputs.ts';
import { LinkWatch } from '../sick-links/link-watch.ts';
import { brief, frameOf, wireEvent } from './frame.ts';
import type { History, PastFrame, RecordedSpan } from './wire.ts';

export interface PastOptions {
  readonly path: string;
  /** Where a recording is too short to tell its own. */
  readonly intervalMs: number;
  /** `--iface` */
  readonly interfaces: readonly string[];
  readonly groupOf: (node: string) => string;
  /** Before a question about what was up to a time: whoever still writes it puts down what waits. */
  readonly flush: (untilMs: number) => void;
}

export interface HistoryQuery {
  readonly node: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly points: number;
}

/** Enough for the rates of every node, and for the ranking of sick links, where these are not too many to be read at once. */
const ticksBefore = { least: 6, most: 20 } as const;
const readingsBefore = 8000;
const mostEvents = 200;

export class Past {
  readonly #options: PastOptions;

  constructor(options: PastOptions) {
    this.#options = options;
  }

  span(): RecordedSpan {
    using recording = this.#open(Number.POSITIVE_INFINITY);
    return recording.span() ?? null;
  }

  /** The last reading of each node before that moment; a node that had told nothing lately is down. */
  async frameAt(timeMs: number, signal: AbortSignal): Promise<PastFrame> {
    using recording = this.#open(timeMs);
    const { interfaces, groupOf } = this.#options;
    const intervalMs = this.#intervalOf(recording, timeMs);
    const nodes = recording.nodes();
    const ticks = Math.max(ticksBefore.least, Math.min(ticksBefore.most, readingsBefore / nodes.length));
    const query = { fromMs: timeMs - intervalMs * ticks, toMs: timeMs };
    const cluster = new LiveCluster({ nodes, intervalMs, interfaces, now: () => timeMs });
    using links = new LinkWatch(cluster);
    const outputs = recordedOutputs(recording, query);
    await eachInTurn(outputs, signal, ({ output }) => cluster.accept(output));
    const lastDown = new Map(
      recording.events({ toMs: timeMs, names: ['down'] }).map((event) => [event.node, event]),
    );
    for (const { node, receivedMs, contact } of cluster.nodes) {
      if (contact.state === 'down' || (receivedMs !== undefined && timeMs - receivedMs <= 2.5 * intervalMs)) {
        continue;
      }
      const told = receivedMs === undefined ? lastDown.get(node) : undefined;
      const sinceMs = told === undefined ? (receivedMs ?? timeMs) : Date.parse(told.time);
      const detail = told?.detail ?? 'nothing recorded';
      cluster.accept({ kind: 'contact', contact: { node, state: 'down', sinceMs, detail } });
    }
    const hour = { fromMs: timeMs - 3_600_000, toMs: timeMs };
    return {
      frame: frameOf(cluster.nodes, links.findings(groupOf), timeMs),
      events: recording.events(hour).slice(-mostEvents).map(wireEvent),
    };
  }

  async history({ node, fromMs, toMs, points }: HistoryQuery, signal: AbortSignal): Promise<History> {
    using recording = this.#open(toMs);
    const intervalMs = this.#intervalOf(recording, fromMs);
    const { interfaces } = this.#options;
    const options = { fromMs, toMs, intervalMs, byInterface: interfaces.length > 0 };
    const plan = planHistory(recording, options, stepFor(options, points));
    const { buckets, resolution, stepMs } = await inTurns(
      historySteps(recording, node, { ...plan, intervalMs, interfaces }),
      signal,
    );
    return {
      resolution,
      stepMs,
      timesMs: buckets.map((bucket) => Math.round((bucket.fromMs + bucket.toMs) / 2)),
      received: buckets.map(({ received }) => brief(received.mean)),
      sent: buckets.map(({ sent }) => brief(sent.mean)),
      mostReceived: buckets.map(({ received }) => brief(received.most)),
      mostSent: buckets.map(({ sent }) => brief(sent.most)),
    };
  }

  #open(untilMs: number): Recording {
    this.#options.flush(untilMs);
    return openRecording(this.#options.path);
  }

  #intervalOf(recording: Recording, timeMs: number): number {
    return recording.intervalMs(timeMs) ?? this.#options.intervalMs;
  }
}

async function eachInTurn<Item>(
  items: Iterable<Item>,
  signal: AbortSignal,
  visit: (item: Item) => void,
): Promise<void> {
  await inTurns(visits(items, visit), signal);
}

function* visits<Item>(items: Iterable<Item>, visit: (item: Item) => void): Generator<void, void> {
  for (const item of items) {
    visit(item);
    yield;
  }
}
