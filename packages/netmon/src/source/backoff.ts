// When to try again: soon at first, then more and more seldom, with jitter, so that a rack that comes back is not met by
// all its logins in one second.
import { setTimeout as sleep } from 'node:timers/promises';

const firstMs = 500;
const longestMs = 30_000;
/** A refused key or a missing interpreter does not mend itself, and some sites lock out who knocks too often. */
const lastingMs = 60_000;

export class Backoff {
  readonly #random: () => number;
  #tries = 0;

  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  reset(): void {
    this.#tries = 0;
  }

  /** Resolves when it is time, or when the signal aborts. */
  async wait(lasting: boolean, signal: AbortSignal): Promise<void> {
    const baseMs = lasting ? lastingMs : Math.min(longestMs, firstMs * 2 ** this.#tries);
    this.#tries += 1;
    await sleep(baseMs * (0.5 + this.#random()), undefined, { signal }).catch(() => undefined);
  }
}
