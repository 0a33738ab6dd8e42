// The time a login may take and the wish to give it up, as one signal whose reason is already the typed outcome.
import { ConnectError } from '../model/transport.ts';

/**
 * One budget for name lookup, TCP, gateways, key exchange and authentication.
 * Its signal aborts with a {@link ConnectError}: `connect-timeout` when time is up, `cancelled` when `outer` aborts.
 */
export class ConnectBudget implements Disposable {
  /** What is being done right now; ends up in the timeout's reason: `no answer within 10 s while …`. */
  doing = 'connecting';
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #outer: AbortSignal;

  constructor(timeoutMs: number, outer: AbortSignal) {
    this.#outer = outer;
    this.#timer = setTimeout(() => this.#expire(timeoutMs), timeoutMs);
    if (outer.aborted) this.#cancel();
    else outer.addEventListener('abort', this.#cancel, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The outcome of `work`, or the budget's own if that comes first; `work` is then left to end by itself. */
  async race<T>(work: Promise<T>): Promise<T> {
    this.signal.throwIfAborted();
    const { promise, reject } = Promise.withResolvers<never>();
    const stop = () => reject(this.signal.reason);
    this.signal.addEventListener('abort', stop, { once: true });
    try {
      return await Promise.race([work, promise]);
    } finally {
      this.signal.removeEventListener('abort', stop);
    }
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#outer.removeEventListener('abort', this.#cancel);
  }

  readonly #cancel = (): void => {
    clearTimeout(this.#timer);
    this.#controller.abort(cancelled(this.#outer));
  };

  #expire(timeoutMs: number): void {
    const reason = `no answer within ${timeoutMs / 1000} s while ${this.doing}`;
    this.#controller.abort(new ConnectError({ kind: 'connect-timeout', afterMs: timeoutMs, reason }));
  }
}

/** The error of a login or command start given up by `signal`. */
export function cancelled(signal: AbortSignal): ConnectError {
  const reason =
    signal.reason instanceof Error ? signal.reason.message : String(signal.reason ?? 'cancelled');
  return new ConnectError({ kind: 'cancelled', reason, cleanup: 'ended' });
}
