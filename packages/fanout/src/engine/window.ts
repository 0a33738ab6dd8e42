// How many nodes are worked on at a time. A node that does not answer costs nothing but its place: after a while it makes room
// for another one, and takes a place again before anything runs on it.

/** One node's place. */
export interface Place {
  /** Makes room while the node is silent, unless too many do. */
  lend(): void;
  /** Waits for a place where it was lent; resolves as well when the signal aborts. */
  takeBack(signal: AbortSignal): Promise<void>;
  leave(): void;
}

export interface WindowOptions {
  /** Places. */
  readonly width: number;
  /** How many more nodes may be silent. */
  readonly silent: number;
  /** There is room for another node. */
  readonly onRoom: () => void;
}

export class Window {
  readonly #options: WindowOptions;
  /** Nodes that have answered at last: before any other. */
  readonly #returning: (() => void)[] = [];
  #taken = 0;
  #lent = 0;

  constructor(options: WindowOptions) {
    this.#options = options;
  }

  get hasRoom(): boolean {
    return this.#taken < this.#options.width;
  }

  /** Takes a place; ask {@link hasRoom} before. */
  enter(): Place {
    this.#taken += 1;
    let state: 'held' | 'lent' | 'left' = 'held';
    const takeAgain = () => {
      state = 'held';
      this.#lent -= 1;
    };
    return {
      lend: () => {
        if (state !== 'held' || this.#lent >= this.#options.silent) return;
        state = 'lent';
        this.#lent += 1;
        this.#free();
      },
      takeBack: async (signal) => {
        if (state !== 'lent' || signal.aborted) return;
        if (this.hasRoom) {
          this.#taken += 1;
          return takeAgain();
        }
        if (await this.#turn(signal)) takeAgain();
      },
      leave: () => {
        if (state === 'lent') this.#lent -= 1;
        const held = state === 'held';
        state = 'left';
        if (held) this.#free();
      },
    };
  }

  /** True when a place was handed over, false when the signal came first. */
  async #turn(signal: AbortSignal): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const called = () => resolve(true);
    const giveUp = () => {
      const at = this.#returning.indexOf(called);
      if (at < 0) return;
      this.#returning.splice(at, 1);
      resolve(false);
    };
    this.#returning.push(called);
    signal.addEventListener('abort', giveUp, { once: true });
    const got = await promise;
    signal.removeEventListener('abort', giveUp);
    return got;
  }

  #free(): void {
    const next = this.#returning.shift();
    if (next !== undefined) return next();
    this.#taken -= 1;
    this.#options.onRoom();
  }
}
