// One coarse clock for all the time limits of a run: a thousand nodes share one timer, which ticks only while
// something waits for it.

const tickMs = 50;

/** A time limit that can be taken back. */
export interface Deadline extends Disposable {
  clear(): void;
}

export class Deadlines implements Disposable {
  readonly #waiting = new Set<{ readonly at: number; readonly call: () => void }>();
  #timer: NodeJS.Timeout | undefined;

  /** Calls `call` once, `delayMs` from now at the earliest and a tick later at the latest. */
  after(delayMs: number, call: () => void): Deadline {
    const entry = { at: performance.now() + delayMs, call };
    this.#waiting.add(entry);
    this.#timer ??= setInterval(() => this.#tick(), tickMs);
    const clear = () => {
      this.#waiting.delete(entry);
      if (this.#waiting.size === 0) this[Symbol.dispose]();
    };
    return { clear, [Symbol.dispose]: clear };
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#waiting.clear();
  }

  #tick(): void {
    const now = performance.now();
    for (const entry of this.#waiting) {
      if (entry.at > now) continue;
      this.#waiting.delete(entry);
      entry.call();
    }
    if (this.#waiting.size === 0) this[Symbol.dispose]();
  }
}
