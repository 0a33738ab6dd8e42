// The history of one node out of a recording: buckets of rates, and what happened meanwhile.
import type { NetEvent } from '../model/sample.ts';
import { advanceNode, type NodeState } from '../rates/node-rates.ts';
import type { Recording } from '../record/recording.ts';
import { recordedOutputs } from '../replay/recorded-outputs.ts';
import { type Bucket, type BucketOptions, BucketSums } from './bucket-sums.ts';

export interface NodeHistory {
  readonly node: string;
  readonly buckets: readonly Bucket[];
  /** In the order of time; first readings are none. */
  readonly events: readonly NetEvent[];
}

export interface HistoryOptions extends BucketOptions {
  /** Names and patterns of interfaces that make the node; empty = the physical ones. */
  readonly interfaces: readonly string[];
}

/** The reading before the first bucket; two of them may have been missed. */
const leadIntervals = 4;

/** @throws HeorotError `recording-damaged` */
export function nodeHistory(recording: Recording, node: string, options: HistoryOptions): NodeHistory {
  const { fromMs, toMs, intervalMs } = options;
  const sums = new BucketSums(options);
  const events: NetEvent[] = [];
  const note = (event: NetEvent) => {
    if (event.event !== 'first-reading' && Date.parse(event.time) >= fromMs) events.push(event);
  };
  let state: NodeState | undefined;
  // One more interval at the end, for the part of it that lies in the last bucket.
  const query = {
    nodes: [node],
    fromMs: fromMs - leadIntervals * intervalMs,
    toMs: toMs + leadIntervals * intervalMs,
  };
  for (const { timeMs, output } of recordedOutputs(recording, query)) {
    if (output.kind === 'event' && timeMs <= toMs) note(output.event);
    if (output.kind !== 'reading') continue;
    const advance = advanceNode(state, output.reading, options);
    state = advance.state;
    if (timeMs <= toMs) for (const event of advance.events) note(event);
    for (const sample of advance.samples) {
      if (sample.type === 'sample' && sample.interface === null) sums.add(sample);
    }
  }
  return { node, buckets: sums.done(), events };
}
