// The last rates of a node or an interface, for sparklines and small charts: two rings of numbers, nothing else.

/** How many ticks are kept: ten minutes at one a second. */
const defaultCapacity = 600;

/** Arrays of the same length that are used again and again. */
export interface PointRoom {
  readonly times: Float64Array;
  readonly rx: Float64Array;
  readonly tx: Float64Array;
}

export class RateHistory {
  /** The low 32 bits of the ms since 1970; no two are 24 days apart. There is one of these for each node and interface. */
  readonly #times: Int32Array;
  /** Seven digits are enough for a chart. */
  readonly #rx: Float32Array;
  readonly #tx: Float32Array;
  #count = 0;
  #newestMs = Number.NaN;

  constructor(capacity: number = defaultCapacity) {
    this.#times = new Int32Array(capacity);
    this.#rx = new Float32Array(capacity);
    this.#tx = new Float32Array(capacity);
  }

  /** @param rx bytes per second; null = unknown */
  add(timeMs: number, rx: number | null, tx: number | null): void {
    const at = this.#count % this.#times.length;
    this.#times[at] = timeMs;
    this.#newestMs = timeMs;
    this.#rx[at] = rx ?? Number.NaN;
    this.#tx[at] = tx ?? Number.NaN;
    this.#count += 1;
  }

  /** As {@link last}, one after the other. */
  eachOfLast(length: number, visit: (timeMs: number, rx: number, tx: number) => void): void {
    for (const { timeMs, rx, tx } of this.last(length)) visit(timeMs, rx, tx);
  }

  /**
   * As {@link last}, but without making anything of them: for pictures of a thousand nodes, five times a second.
   * @param length no more than there is room for
   * @returns how many were put there
   */
  copyLast(length: number, { times, rx, tx }: PointRoom): number {
    const size = this.#times.length;
    const kept = Math.min(length, this.#count, size);
    let at = (this.#count - kept) % size;
    for (let index = 0; index < kept; index++) {
      times[index] = this.#timeAt(at);
      rx[index] = this.#rx[at] ?? Number.NaN;
      tx[index] = this.#tx[at] ?? Number.NaN;
      at = at + 1 === size ? 0 : at + 1;
    }
    return kept;
  }

  /** When the last point was added; NaN before the first. */
  get newestMs(): number {
    return this.#newestMs;
  }

  /** The last `length` points, oldest first; NaN = unknown. */
  last(length: number): readonly { readonly timeMs: number; readonly rx: number; readonly tx: number }[] {
    const size = this.#times.length;
    const kept = Math.min(length, this.#count, size);
    return Array.from({ length: kept }, (_, index) => {
      const at = (this.#count - kept + index) % size;
      return {
        timeMs: this.#timeAt(at),
        rx: this.#rx[at] ?? Number.NaN,
        tx: this.#tx[at] ?? Number.NaN,
      };
    });
  }

  #timeAt(at: number): number {
    return this.#newestMs - (((this.#newestMs | 0) - (this.#times[at] ?? 0)) | 0);
  }
}
