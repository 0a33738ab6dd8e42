// The traffic of a node over time, in buckets of equal length: of intervals between readings, or of the minutes or hours
// that were made of them. What the counters grew by is divided among the buckets in whole bytes: the sum over all buckets is
// the difference of the counters, whatever their length.
import type { TrafficSpan } from '../record/hours-table.ts';
import {
  addPart,
  addTraffic,
  type Flow,
  type Interval,
  meanOf,
  noTraffic,
  partOf,
  type Traffic,
} from '../traffic/traffic.ts';

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
  /** Samples that end in it. */
  readonly samples: number;
  /** False with a mean known: nobody looked, but counters before and after tell it. */
  readonly sampled: boolean;
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
}

const mostBuckets = 100_000;

export class BucketSums {
  readonly #options: BucketOptions;
  readonly #buckets: readonly OpenBucket[];
  /** Start of the first bucket on the grid. */
  readonly #gridMs: number;

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
      traffic: noTraffic(),
    }));
  }

  add(interval: Interval): void {
    const { startMs, endMs } = interval;
    if (endMs > startMs) {
      for (const { bucket, from, to } of this.#parts(startMs, endMs))
        addPart(bucket.traffic, interval, from, to);
      return;
    }
    // Two readings arrived in the same millisecond.
    const bucket = endMs <= this.#options.toMs ? this.#bucketAt(endMs) : undefined;
    if (bucket !== undefined) addPart(bucket.traffic, interval, 0, 1);
  }

  /** What lies within a bucket is added as it is; only what spreads over several must be taken for even. */
  addSpan({ fromMs, toMs, traffic }: TrafficSpan): void {
    const bucket = this.#bucketAt(toMs);
    if (bucket !== undefined && this.#gridStartOf(toMs) <= fromMs) {
      addTraffic(bucket.traffic, traffic);
      return;
    }
    for (const part of this.#parts(fromMs, toMs)) {
      addTraffic(part.bucket.traffic, partOf(traffic, part.from, part.to));
    }
  }

  done(): readonly Bucket[] {
    return this.#buckets.map(({ fromMs, toMs, traffic }) => ({
      fromMs,
      toMs,
      samples: traffic.samples,
      sampled: traffic.sampled,
      known: toMs > fromMs ? Math.min(1, traffic.knownMs / (toMs - fromMs)) : 0,
      received: directionOf(traffic.received, traffic),
      sent: directionOf(traffic.sent, traffic),
      errors: traffic.errors,
      dropped: traffic.dropped,
    }));
  }

  /** The buckets that a span touches, each with where in the span it begins and ends, 0 to 1. */
  *#parts(startMs: number, endMs: number): Generator<Part> {
    const lengthMs = endMs - startMs;
    const first = Math.max(0, Math.floor((startMs - this.#gridMs) / this.#options.stepMs));
    for (let at = first; at < this.#buckets.length; at++) {
      const bucket = this.#buckets[at];
      if (bucket === undefined || bucket.fromMs >= endMs) return;
      const from = (Math.max(startMs, bucket.fromMs) - startMs) / lengthMs;
      const to = (Math.min(endMs, bucket.toMs) - startMs) / lengthMs;
      if (to > from) yield { bucket, from, to };
    }
  }

  /** A bucket has its end, not its start. The last one may end within a minute or an hour. */
  #bucketAt(timeMs: number): OpenBucket | undefined {
    return timeMs <= this.#options.fromMs ? undefined : this.#buckets[this.#indexAt(timeMs)];
  }

  #gridStartOf(timeMs: number): number {
    return this.#gridMs + this.#indexAt(timeMs) * this.#options.stepMs;
  }

  #indexAt(timeMs: number): number {
    return Math.ceil((timeMs - this.#gridMs) / this.#options.stepMs) - 1;
  }
}

interface Part {
  readonly bucket: OpenBucket;
  readonly from: number;
  readonly to: number;
}

interface OpenBucket {
  readonly fromMs: number;
  readonly toMs: number;
  readonly traffic: Traffic;
}

function directionOf(flow: Flow, { sampled }: Traffic): Direction {
  const { bytes, least, most } = flow;
  return { bytes, mean: meanOf(flow), ...(sampled ? { least, most } : { least: null, most: null }) };
}
