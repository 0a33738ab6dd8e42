// How many logins are under way through one gateway at a time. sshd drops connections at random when more than ten have not
// logged in yet (MaxStartups of sshd_config(5)), and a burst of a thousand would find the gateway out of files.

/** Slots of one gateway. A login that takes long has passed the gateway by then: a dead node keeps no place. */
export class LoginWindow {
  readonly #width: number;
  readonly #longestMs: number;
  readonly #waiting: (() => void)[] = [];
  #taken = 0;

  constructor(width: number, longestMs = 2000) {
    this.#width = width;
    this.#longestMs = longestMs;
  }

  /** Waits for a place, then works; the place is free again when the work ends, or is old. */
  async within<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
    using _ = await this.#enter(signal);
    return await work();
  }

  async #enter(signal: AbortSignal): Promise<Disposable> {
    if (this.#taken < this.#width) this.#taken += 1;
    else await this.#turn(signal);
    let left = false;
    const leave = () => {
      if (left) return;
      left = true;
      clearTimeout(old);
      const next = this.#waiting.shift();
      // The place goes from hand to hand.
      if (next === undefined) this.#taken -= 1;
      else next();
    };
    const old = setTimeout(leave, this.#longestMs);
    old.unref();
    return { [Symbol.dispose]: leave };
  }

  /** Resolves also when the signal aborts: the work then sees it, and ends at once. */
  async #turn(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const giveUp = () => {
      const place = this.#waiting.indexOf(resolve);
      if (place < 0) return;
      this.#waiting.splice(place, 1);
      this.#taken += 1;
      resolve();
    };
    if (signal.aborted) {
      this.#taken += 1;
      return;
    }
    this.#waiting.push(resolve);
    signal.addEventListener('abort', giveUp, { once: true });
    await promise;
    signal.removeEventListener('abort', giveUp);
  }
}
