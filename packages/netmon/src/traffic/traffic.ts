// What passed through a node in a span of time: bytes of both directions, the least and the most of its rates, for how much
// of the span they are known. It is made of intervals between readings, each divided among the spans that it touches, and
// spans are added up to longer ones: of minutes to an hour, to the byte.
import type { NodeSample } from '../model/sample.ts';

/** How finely a time is known: from the readings themselves, or from what was made of them when they were written. */
export type Resolution = 'readings' | 'minutes' | 'hours';

/** One direction. */
export interface Flow {
  /** What the counters grew by: whole ones, so that the sum over all spans is the difference of the counters. */
  bytes: number;
  /** Of the node's own clock, in which the rate is known. */
  seconds: number;
  /** Of the rates of all intervals that touch the span, bytes a second; null where none is known. */
  least: number | null;
  most: number | null;
}

export interface Traffic {
  /** Samples that end in it. */
  samples: number;
  /** Whether a sample touches it. False: nobody looked, and what is known is the mean of a gap. */
  sampled: boolean;
  /** Of the head's clock, in which the rate is known. */
  knownMs: number;
  readonly received: Flow;
  readonly sent: Flow;
  /** Counts of both directions. */
  errors: number;
  dropped: number;
}

/** What a sample says of the time between two readings. */
export interface Interval {
  readonly startMs: number;
  readonly endMs: number;
  readonly seconds: number;
  /** False: longer than a sample may be, as its rate is the mean of what nobody saw. */
  readonly sampled: boolean;
  readonly received: Growth;
  readonly sent: Growth;
  readonly errors: number;
  readonly dropped: number;
}

/** Null where it is not known. */
interface Growth {
  readonly bytes: number | null;
  readonly rate: number | null;
}

/** In ticks. */
const longestSample = 2.5;

/** @param startMs arrival of the reading before; undefined where it has none, and then nothing is known */
export function intervalOf(
  sample: NodeSample,
  startMs: number | undefined,
  intervalMs: number,
): Interval | undefined {
  const { seconds } = sample;
  if (seconds === null || startMs === undefined) return undefined;
  // A rate times the seconds of its interval is the growth of the counter, to the byte.
  const growth = (rate: number | null) => (rate === null ? null : Math.round(rate * seconds));
  const both = (one: number | null, other: number | null) => (growth(one) ?? 0) + (growth(other) ?? 0);
  return {
    startMs,
    endMs: Date.parse(sample.time),
    seconds,
    sampled: seconds * 1000 <= longestSample * intervalMs,
    received: { bytes: growth(sample.rxBytesPerSecond), rate: sample.rxBytesPerSecond },
    sent: { bytes: growth(sample.txBytesPerSecond), rate: sample.txBytesPerSecond },
    errors: both(sample.rxErrorsPerSecond, sample.txErrorsPerSecond),
    dropped: both(sample.rxDroppedPerSecond, sample.txDroppedPerSecond),
  };
}

export function noTraffic(): Traffic {
  return {
    samples: 0,
    sampled: false,
    knownMs: 0,
    received: noFlow(),
    sent: noFlow(),
    errors: 0,
    dropped: 0,
  };
}

function noFlow(): Flow {
  return { bytes: 0, seconds: 0, least: null, most: null };
}

/** @param from, to where in the interval the part begins and ends that lies in the span, 0 to 1 */
export function addPart(into: Traffic, interval: Interval, from: number, to: number): void {
  addGrowth(into.received, interval, interval.received, from, to);
  addGrowth(into.sent, interval, interval.sent, from, to);
  into.errors += share(interval.errors, from, to);
  into.dropped += share(interval.dropped, from, to);
  // The head's clock may have been put back meanwhile.
  const lengthMs = Math.max(0, interval.endMs - interval.startMs);
  if (interval.received.bytes !== null) into.knownMs += (to - from) * lengthMs;
  into.sampled ||= interval.sampled;
  if (interval.sampled && to === 1) into.samples += 1;
}

function addGrowth(
  flow: Flow,
  { seconds }: Interval,
  { bytes, rate }: Growth,
  from: number,
  to: number,
): void {
  if (bytes === null || rate === null) return;
  flow.bytes += share(bytes, from, to);
  flow.seconds += seconds * (to - from);
  // Also of a mean over a gap: at some time within it the rate was at least, and at some time at most that.
  widen(flow, rate, rate);
}

export function addTraffic(into: Traffic, other: Traffic): void {
  into.samples += other.samples;
  into.sampled ||= other.sampled;
  into.knownMs += other.knownMs;
  addFlow(into.received, other.received);
  addFlow(into.sent, other.sent);
  into.errors += other.errors;
  into.dropped += other.dropped;
}

function addFlow(into: Flow, { bytes, seconds, least, most }: Flow): void {
  into.bytes += bytes;
  into.seconds += seconds;
  if (least !== null && most !== null) widen(into, least, most);
}

/** Of traffic that is even, as that of a gap is: what of it lies in a part. */
export function partOf(whole: Traffic, from: number, to: number): Traffic {
  const flow = ({ bytes, seconds, least, most }: Flow): Flow => ({
    bytes: share(bytes, from, to),
    seconds: seconds * (to - from),
    least,
    most,
  });
  return {
    samples: share(whole.samples, from, to),
    sampled: whole.sampled,
    knownMs: whole.knownMs * (to - from),
    received: flow(whole.received),
    sent: flow(whole.sent),
    errors: share(whole.errors, from, to),
    dropped: share(whole.dropped, from, to),
  };
}

/** Bytes a second by the node's own seconds, within the least and the most; null where nothing is known. */
export function meanOf({ bytes, seconds, least, most }: Flow): number | null {
  if (seconds <= 0 || least === null || most === null) return null;
  return Math.min(most, Math.max(least, bytes / seconds));
}

/** In whole numbers: shares of neighbours add up. */
function share(growth: number, from: number, to: number): number {
  return Math.round(growth * to) - Math.round(growth * from);
}

function widen(flow: Flow, least: number, most: number): void {
  flow.least = flow.least === null ? least : Math.min(flow.least, least);
  flow.most = flow.most === null ? most : Math.max(flow.most, most);
}
