// Time travel: the cluster as it was, and the history of a node, out of a recording. Sampling goes on meanwhile: after some
// milliseconds of reading, everything else has its turn.
import { setImmediate } from 'node:timers/promises';
import { LiveCluster } from '../live/live-cluster.ts';
import type { Reading } from '../model/reading.ts';
import { advanceNode, type NodeState } from '../rates/node-rates.ts';
import { openRecording, type RecordingQuery } from '../record/recording.ts';
import { LinkWatch } from '../sick-links/link-watch.ts';
import { frameOf, wireEvent } from './frame.ts';
import { HistoryBuckets } from './history-buckets.ts';
import type { History, PastFrame, RecordedSpan } from './wire.ts';

export interface PastOptions {
  readonly path: string;
  readonly intervalMs: number;
  /** `--iface` */
  readonly interfaces: readonly string[];
  readonly groupOf: (node: string) => string;
  /** Before a question: whoever still writes it puts down what waits. */
  readonly flush: () => void;
}

/** Enough for the rates of every node and the ranking of sick links. */
const ticksBefore = 20;
const turnMs = 8;
const mostEvents = 200;

export class Past {
  readonly #options: PastOptions;

  constructor(options: PastOptions) {
    this.#options = options;
  }

  span(): RecordedSpan {
    using recording = this.#open();
    return recording.span() ?? null;
  }

  /** The last reading of each node before that moment; a node that had told nothing lately is down. */
  async frameAt(timeMs: number, signal: AbortSignal): Promise<PastFrame> {
    using recording = this.#open();
    const { intervalMs, interfaces, groupOf } = this.#options;
    const query = { fromMs: timeMs - intervalMs * ticksBefore, toMs: timeMs };
    const cluster = new LiveCluster({ nodes: recording.nodes(), intervalMs, interfaces, now: () => timeMs });
    using links = new LinkWatch(cluster);
    await eachReading(recording, query, signal, (reading) => cluster.accept({ kind: 'reading', reading }));
    for (const { node, receivedMs } of cluster.nodes) {
      const silent = receivedMs === undefined || timeMs - receivedMs > 2.5 * intervalMs;
      const contact = silent
        ? ({ node, state: 'down', sinceMs: receivedMs ?? timeMs, detail: 'nothing recorded' } as const)
        : ({ node, state: 'sampling', sinceMs: receivedMs, detail: null } as const);
      cluster.accept({ kind: 'contact', contact });
    }
    const hour = { fromMs: timeMs - 3_600_000, toMs: timeMs };
    return {
      frame: frameOf(cluster.nodes, links.findings(groupOf), timeMs),
      events: recording.events(hour).slice(-mostEvents).map(wireEvent),
    };
  }

  async history(
    node: string,
    { fromMs, toMs, points }: { readonly fromMs: number; readonly toMs: number; readonly points: number },
    signal: AbortSignal,
  ): Promise<History> {
    using recording = this.#open();
    const { intervalMs, interfaces } = this.#options;
    const buckets = new HistoryBuckets(fromMs, toMs, points);
    let state: NodeState | undefined;
    // One reading more at the beginning: a rate needs two.
    const query = { nodes: [node], fromMs: fromMs - intervalMs * 2, toMs };
    await eachReading(recording, query, signal, (reading) => {
      const advance = advanceNode(state, reading, { intervalMs, interfaces });
      state = advance.state;
      const [whole] = advance.samples;
      if (whole === undefined || whole.type === 'port' || whole.seconds === null) return;
      buckets.add(reading.arrivedMs, whole.seconds, whole.rxBytesPerSecond, whole.txBytesPerSecond);
    });
    return buckets.result();
  }

  #open() {
    this.#options.flush();
    return openRecording(this.#options.path);
  }
}

async function eachReading(
  recording: { readings(query: RecordingQuery): Iterable<Reading> },
  query: RecordingQuery,
  signal: AbortSignal,
  visit: (reading: Reading) => void,
): Promise<void> {
  let turn = performance.now() + turnMs;
  for (const reading of recording.readings(query)) {
    visit(reading);
    if (performance.now() < turn) continue;
    await setImmediate();
    signal.throwIfAborted();
    turn = performance.now() + turnMs;
  }
}
