// The last rates of a node or an interface, for sparklines and small charts: two rings of numbers, nothing else.

/** How many ticks are kept: ten minutes at one a second. */
const defaultCapacity = 600;

export class RateHistory {
  readonly #times: Float64Array;
  /** Seven digits are enough for a chart, and there is one of these for each node and interface. */
  readonly #rx: Float32Array;
  readonly #tx: Float32Array;
  #count = 0;

  constructor(capacity: number = defaultCapacity) {
    this.#times = new Float64Array(capacity);
    this.#rx = new Float32Array(capacity);
    this.#tx = new Float32Array(capacity);
  }

  /** @param rx bytes per second; null = unknown */
  add(timeMs: number, rx: number | null, tx: number | null): void {
    const at = this.#count % this.#times.length;
    this.#times[at] = timeMs;
    this.#rx[at] = rx ?? Number.NaN;
    this.#tx[at] = tx ?? Number.NaN;
    this.#count += 1;
  }

  /** As {@link last}, but without making anything of them: for pictures of a thousand nodes, five times a second. */
  eachOfLast(length: number, visit: (timeMs: number, rx: number, tx: number) => void): void {
    const size = this.#times.length;
    const kept = Math.min(length, this.#count, size);
    let at = (this.#count - kept) % size;
    for (let left = kept; left > 0; left--) {
      visit(this.#times[at] ?? Number.NaN, this.#rx[at] ?? Number.NaN, this.#tx[at] ?? Number.NaN);
      at = at + 1 === size ? 0 : at + 1;
    }
  }

  /** When the last point was added; NaN before the first. */
  get newestMs(): number {
    return this.#count === 0
      ? Number.NaN
      : (this.#times[(this.#count - 1) % this.#times.length] ?? Number.NaN);
  }

  /** The last `length` points, oldest first; NaN = unknown. */
  last(length: number): readonly { readonly timeMs: number; readonly rx: number; readonly tx: number }[] {
    const size = this.#times.length;
    const kept = Math.min(length, this.#count, size);
    return Array.from({ length: kept }, (_, index) => {
      const at = (this.#count - kept + index) % size;
      return {
        timeMs: this.#times[at] ?? Number.NaN,
        rx: this.#rx[at] ?? Number.NaN,
        tx: this.#tx[at] ?? Number.NaN,
      };
    });
  }
}
