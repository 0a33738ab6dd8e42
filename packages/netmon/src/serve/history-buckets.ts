// A long history in few points: each bucket of time has the mean of the rates, weighted by the time that they cover, and the
// largest, so that a short peak is still seen in a picture of a week. A bucket in which nothing is known stays unknown.
import { brief } from './frame.ts';
import type { History } from './wire.ts';

interface Direction {
  total: number;
  seconds: number;
  most: number;
}

interface Bucket {
  readonly received: Direction;
  readonly sent: Direction;
}

export class HistoryBuckets {
  readonly #fromMs: number;
  readonly #stepMs: number;
  readonly #buckets: readonly Bucket[];

  constructor(fromMs: number, toMs: number, points: number) {
    const count = Math.max(1, points);
    this.#fromMs = fromMs;
    this.#stepMs = Math.max(1, (toMs - fromMs) / count);
    const nothing = (): Direction => ({ total: 0, seconds: 0, most: 0 });
    this.#buckets = Array.from({ length: count }, () => ({ received: nothing(), sent: nothing() }));
  }

  /** @param rx bytes per second over `seconds` that end at `timeMs`; null or NaN = not known */
  add(timeMs: number, seconds: number, rx: number | null, tx: number | null): void {
    const at = Math.floor((timeMs - this.#fromMs) / this.#stepMs);
    const bucket = this.#buckets[Math.min(at, this.#buckets.length - 1)];
    if (at < 0 || bucket === undefined) return;
    addTo(bucket.received, seconds, rx);
    addTo(bucket.sent, seconds, tx);
  }

  result(): History {
    const mean = ({ total, seconds }: Direction) => (seconds === 0 ? null : brief(total / seconds));
    const most = ({ seconds, most }: Direction) => (seconds === 0 ? null : brief(most));
    return {
      timesMs: this.#buckets.map((_, at) => Math.round(this.#fromMs + (at + 0.5) * this.#stepMs)),
      received: this.#buckets.map(({ received }) => mean(received)),
      sent: this.#buckets.map(({ sent }) => mean(sent)),
      mostReceived: this.#buckets.map(({ received }) => most(received)),
      mostSent: this.#buckets.map(({ sent }) => most(sent)),
    };
  }
}

function addTo(direction: Direction, seconds: number, rate: number | null): void {
  if (rate === null || Number.isNaN(rate)) return;
  direction.total += rate * seconds;
  direction.seconds += seconds;
  direction.most = Math.max(direction.most, rate);
}
