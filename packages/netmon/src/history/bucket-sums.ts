// The rates of a node over time, in buckets of equal length. What the counters grew by is divided among the buckets that an
// interval touches, in whole bytes: the sum over all buckets is the difference of the counters, whatever their length.
import type { NodeSample } from '../model/sample.ts';

export interface Direction {
  /** What the counters grew by in the part of the bucket in which the rate is known. */
  readonly bytes: number;
  /** Of the rates by the node's own seconds, never below the least nor above the most; null where nothing is known. */
  readonly mean: number | null;
  /** Of the rates of its samples, bytes a second; null where it has none. */
  readonly least: number | null;
  readonly most: number | null;
}

export interface Bucket {
  readonly fromMs: number;
  readonly toMs: number;
  /** Samples that end in it; 0 with a mean known = nothing was sampled, but counters before and after tell it. */
  readonly samples: number;
  /** Part of its length in which the rate is known, 0 to 1. */
  readonly known: number;
  readonly received: Direction;
  readonly sent: Direction;
  /** Counts of both directions. */
  readonly errors: number;
  readonly dropped: number;
}

export interface BucketOptions {
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
  readonly intervalMs: number;
}

/** A longer interval is no sample: its rate is a mean of what nobody saw. */
const longestSample = 2.5;
const mostBuckets = 100_000;

export class BucketSums {
  readonly #options: BucketOptions;
  readonly #buckets: OpenBucket[];
  /** Start of the first bucket on the grid. */
  readonly #gridMs: number;
  /** Arrival of the last reading. */
  #lastMs: number | undefined;

  /** @throws RangeError for more buckets than anyone can look at */
  constructor(options: BucketOptions) {
    const { fromMs, toMs, stepMs } = options;
    this.#options = options;
    this.#gridMs = Math.floor(fromMs / stepMs) * stepMs;
    const count = Math.max(1, Math.ceil((toMs - this.#gridMs) / stepMs));
    if (count > mostBuckets) throw new RangeError(`${count} buckets`);
    this.#buckets = Array.from({ length: count }, (_, at) => ({
      fromMs: Math.max(fromMs, this.#gridMs + at * stepMs),
      toMs: Math.min(toMs, this.#gridMs + (at + 1) * stepMs),
      samples: 0,
      knownMs: 0,
      received: emptyFlow(),
      sent: emptyFlow(),
      errors: 0,
      dropped: 0,
    }));
  }

  /** In the order of arrival, the one before the first bucket included. */
  add(sample: NodeSample): void {
    const endMs = Date.parse(sample.time);
    const startMs = this.#lastMs;
    this.#lastMs = endMs;
    const { seconds } = sample;
    if (seconds === null || startMs === undefined) return;
    const short = seconds * 1000 <= longestSample * this.#options.intervalMs;
    const { received, sent, errors, dropped } = growthsOf(sample, seconds);
    for (const part of this.#parts(startMs, endMs)) {
      const { bucket, from, to } = part;
      divide(bucket.received, received, seconds, from, to);
      divide(bucket.sent, sent, seconds, from, to);
      bucket.errors += share(errors, to) - share(errors, from);
      bucket.dropped += share(dropped, to) - share(dropped, from);
      if (received !== null) bucket.knownMs += (to - from) * (endMs - startMs);
      // A mean as well: at some time within it the rate was at least, and at some time at most that.
      spread(bucket.received, sample.rxBytesPerSecond, short);
      spread(bucket.sent, sample.txBytesPerSecond, short);
      if (short && to === 1) bucket.samples += 1;
    }
  }

  done(): readonly Bucket[] {
    return this.#buckets.map(({ knownMs, received, sent, ...bucket }) => ({
      ...bucket,
      known: bucket.toMs > bucket.fromMs ? Math.min(1, knownMs / (bucket.toMs - bucket.fromMs)) : 0,
      received: directionOf(received),
      sent: directionOf(sent),
    }));
  }

  /** The buckets that an interval touches, each with where in the interval it begins and ends, 0 to 1. */
  *#parts(startMs: number, endMs: number): Generator<Part> {
    const { fromMs, toMs, stepMs } = this.#options;
    if (endMs <= startMs) {
      // Two readings arrived in the same millisecond.
      const bucket = endMs > fromMs && endMs <= toMs ? this.#bucketAt(endMs) : undefined;
      if (bucket !== undefined) yield { bucket, from: 0, to: 1 };
      return;
    }
    const lengthMs = endMs - startMs;
    const first = Math.max(0, Math.floor((startMs - this.#gridMs) / stepMs));
    for (let at = first; at < this.#buckets.length; at++) {
      const bucket = this.#buckets[at];
      if (bucket === undefined || bucket.fromMs >= endMs) return;
      const from = (Math.max(startMs, bucket.fromMs) - startMs) / lengthMs;
      const to = (Math.min(endMs, bucket.toMs) - startMs) / lengthMs;
      if (to > from) yield { bucket, from, to };
    }
  }

  /** A bucket has its end, not its start. */
  #bucketAt(timeMs: number): OpenBucket | undefined {
    return this.#buckets[Math.ceil((timeMs - this.#gridMs) / this.#options.stepMs) - 1];
  }
}

interface Part {
  readonly bucket: OpenBucket;
  readonly from: number;
  readonly to: number;
}

interface Flow {
  /** Whole ones, so that the sum over all buckets is right. */
  bytes: number;
  /** Not rounded: in a short bucket of an idle link a byte is a per cent. */
  carried: number;
  seconds: number;
  sampled: boolean;
  least: number | null;
  most: number | null;
}

interface OpenBucket {
  readonly fromMs: number;
  readonly toMs: number;
  samples: number;
  /** In wall-clock time of the head, as the bucket. */
  knownMs: number;
  readonly received: Flow;
  readonly sent: Flow;
  errors: number;
  dropped: number;
}

function emptyFlow(): Flow {
  return { bytes: 0, carried: 0, seconds: 0, sampled: false, least: null, most: null };
}

/** A rate times the seconds of its interval is the growth of the counter, to the byte. */
function growthsOf(sample: NodeSample, seconds: number) {
  const growth = (rate: number | null) => (rate === null ? null : Math.round(rate * seconds));
  const both = (one: number | null, other: number | null) => (growth(one) ?? 0) + (growth(other) ?? 0);
  return {
    received: growth(sample.rxBytesPerSecond),
    sent: growth(sample.txBytesPerSecond),
    errors: both(sample.rxErrorsPerSecond, sample.txErrorsPerSecond),
    dropped: both(sample.rxDroppedPerSecond, sample.txDroppedPerSecond),
  };
}

/** Of a growth up to a part of its interval, in whole numbers: shares of neighbours add up. */
function share(growth: number, part: number): number {
  return Math.round(growth * part);
}

function divide(flow: Flow, growth: number | null, seconds: number, from: number, to: number): void {
  if (growth === null) return;
  flow.bytes += share(growth, to) - share(growth, from);
  flow.carried += growth * (to - from);
  flow.seconds += seconds * (to - from);
}

function spread(flow: Flow, rate: number | null, sampled: boolean): void {
  if (rate === null) return;
  flow.sampled ||= sampled;
  flow.least = flow.least === null ? rate : Math.min(flow.least, rate);
  flow.most = flow.most === null ? rate : Math.max(flow.most, rate);
}

function directionOf({ bytes, carried, seconds, sampled, least, most }: Flow): Direction {
  if (seconds <= 0 || least === null || most === null) return { bytes, mean: null, least: null, most: null };
  // Within the two but for the last bits of a sum of doubles.
  const mean = Math.min(most, Math.max(least, carried / seconds));
  return { bytes, mean, ...(sampled ? { least, most } : { least: null, most: null }) };
}
