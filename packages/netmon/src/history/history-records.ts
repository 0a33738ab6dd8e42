// A history for programs: a record a bucket and node. What is not known is null in JSON and empty in CSV.
import type { Bucket, Direction } from './bucket-sums.ts';
import type { HistoryPlan } from './history-plan.ts';
import type { NodeHistory } from './node-history.ts';

export interface HistoryRecord {
  readonly node: string;
  /** ISO 8601, UTC. */
  readonly from: string;
  readonly to: string;
  readonly samples: number;
  /** Part of its length in which the rate is known, 0 to 1. */
  readonly known: number;
  /** What the counters grew by; the sum over all buckets is the difference of the counters. */
  readonly rxBytes: number | null;
  readonly rxBytesPerSecondMin: number | null;
  readonly rxBytesPerSecondMean: number | null;
  readonly rxBytesPerSecondMax: number | null;
  readonly txBytes: number | null;
  readonly txBytesPerSecondMin: number | null;
  readonly txBytesPerSecondMean: number | null;
  readonly txBytesPerSecondMax: number | null;
  readonly errors: number | null;
  readonly dropped: number | null;
}

export function historyDocument(histories: readonly NodeHistory[], { stepMs, resolution }: HistoryPlan) {
  return {
    type: 'history',
    stepSeconds: stepMs / 1000,
    resolution,
    nodes: histories.map((history) => ({
      node: history.node,
      buckets: history.buckets.map((bucket) => recordOf(history.node, bucket)),
      events: history.events,
    })),
  };
}

/** With a line of names before the first. */
export function historyCsv(histories: readonly NodeHistory[]): string {
  const records = histories.flatMap(({ node, buckets }) => buckets.map((bucket) => recordOf(node, bucket)));
  const names = Object.keys(records[0] ?? {});
  const lines = records.map((record) =>
    Object.values(record)
      .map((value) => value ?? '')
      .join(','),
  );
  return [names.join(','), ...lines].map((line) => `${line}\n`).join('');
}

function recordOf(node: string, { fromMs, toMs, samples, known, ...bucket }: Bucket): HistoryRecord {
  const { received, sent, errors, dropped } = bucket;
  const bytes = ({ mean, bytes: grown }: Direction) => (mean === null ? null : grown);
  return {
    node,
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    samples,
    known,
    rxBytes: bytes(received),
    rxBytesPerSecondMin: received.least,
    rxBytesPerSecondMean: received.mean,
    rxBytesPerSecondMax: received.most,
    txBytes: bytes(sent),
    txBytesPerSecondMin: sent.least,
    txBytesPerSecondMean: sent.mean,
    txBytesPerSecondMax: sent.most,
    errors: known === 0 ? null : errors,
    dropped: known === 0 ? null : dropped,
  };
}
