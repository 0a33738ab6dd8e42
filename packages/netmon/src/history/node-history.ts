// The history of one node out of a recording: buckets of traffic, and what happened meanwhile. Of long spans it is made of
// the minutes or hours that the recording keeps beside its readings, of short ones of the readings themselves.
import type { NetEvent } from '../model/sample.ts';
import { advanceNode, type NodeState } from '../rates/node-rates.ts';
import type { Recording } from '../record/recording.ts';
import { recordedOutputs } from '../replay/recorded-outputs.ts';
import { intervalOf } from '../traffic/traffic.ts';
import { type Bucket, BucketSums } from './bucket-sums.ts';
import type { HistoryPlan } from './history-plan.ts';

export interface NodeHistory extends HistoryPlan {
  readonly node: string;
  readonly buckets: readonly Bucket[];
  /** In the order of time; first readings are none. */
  readonly events: readonly NetEvent[];
}

export interface HistoryOptions extends HistoryPlan {
  readonly intervalMs: number;
  /** Names and patterns of interfaces that make the node; empty = the physical ones, and only these have minutes. */
  readonly interfaces: readonly string[];
}

/** The reading before the first bucket; two of them may have been missed. */
const leadIntervals = 4;

/** @throws HeorotError `recording-damaged` */
export function nodeHistory(recording: Recording, node: string, options: HistoryOptions): NodeHistory {
  const steps = historySteps(recording, node, options);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** The same, a reading a step: for who has other work to do meanwhile. */
export function* historySteps(
  recording: Recording,
  node: string,
  options: HistoryOptions,
): Generator<void, NodeHistory> {
  const { fromMs, toMs, stepMs, resolution } = options;
  const sums = new BucketSums(options);
  const plan = { fromMs, toMs, stepMs, resolution, node };
  if (resolution === 'readings') {
    const events = yield* addReadings(sums, recording, node, options);
    return { ...plan, buckets: sums.done(), events };
  }
  for (const span of recording.traffic(node, resolution, options)) sums.addSpan(span);
  const events = recording.events({ nodes: [node], fromMs, toMs });
  return { ...plan, buckets: sums.done(), events: events.filter(({ event }) => event !== 'first-reading') };
}

function* addReadings(
  sums: BucketSums,
  recording: Recording,
  node: string,
  options: HistoryOptions,
): Generator<void, readonly NetEvent[]> {
  const { fromMs, toMs, intervalMs } = options;
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
    wanted: 'traffic',
  } as const;
  for (const { timeMs, output } of recordedOutputs(recording, query)) {
    if (output.kind === 'event' && timeMs <= toMs) note(output.event);
    if (output.kind !== 'reading') continue;
    const before = state?.last.arrivedMs;
    const advance = advanceNode(state, output.reading, options);
    state = advance.state;
    if (timeMs <= toMs) for (const event of advance.events) note(event);
    const sample = advance.samples[0];
    if (sample?.type === 'sample' && sample.interface === null) {
      const interval = intervalOf(sample, before, intervalMs);
      if (interval !== undefined) sums.add(interval);
    }
    yield;
  }
  return events;
}
