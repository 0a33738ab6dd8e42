// The last rates of a node or an interface, for sparklines and small charts: two rings of numbers, nothing else.

/** How many ticks are kept: ten minutes at one a second. */
const defaultCapacity = 600;

export class RateHistory {
  readonly #times: Float64Array;
  readonly #rx: Float64Array;
  readonly #tx: Float64Array;
  #count = 0;

  constructor(capacity: number = defaultCapacity) {
    this.#times = new Float64Array(capacity);
    this.#rx = new Float64Array(capacity);
    this.#tx = new Float64Array(capacity);
  }

  /** @param rx bytes per second; null = unknown */
  add(timeMs: number, rx: number | null, tx: number | null): void {
    const at = this.#count % this.#times.length;
    this.#times[at] = timeMs;
    this.#rx[at] = rx ?? Number.NaN;
    this.#tx[at] = tx ?? Number.NaN;
    this.#count += 1;
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
