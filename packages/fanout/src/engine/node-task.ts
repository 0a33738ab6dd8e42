// One node's part in a run: what it is doing, and how it is told to stop. Made by the schedule, worked on by
// run-commands.ts and the copies.
import type { NodeResult } from '../model/event.ts';
import type { Cleanup, Outcome } from '../model/outcome.ts';
import type { Target } from '../model/target.ts';
import { ConnectError, type Session } from '../model/transport.ts';
import type { SessionPool } from './session-pool.ts';
import type { Place } from './window.ts';

export type NodeState = 'waiting' | 'connecting' | 'running' | 'ending';

/** What a task holds on the node and can end. */
export interface Endable {
  end(): Promise<Cleanup>;
}

/** Why the run gave up on the node, before what became of its processes is known. */
export type GivenUp =
  | { readonly kind: 'cancelled'; readonly reason: string }
  | { readonly kind: 'command-timeout'; readonly afterMs: number };

/** On a LAN an answer takes a millisecond; a lost SYN is sent again after one second (RFC 6298). */
const silentAfterMs = 2000;

export class NodeTask {
  readonly target: Target;
  readonly #place: Place;
  state: NodeState = 'waiting';
  /** As in {@link NodeResult}. */
  startUpMs: number | undefined;
  readonly startedAt = performance.now();
  readonly #abort = new AbortController();
  readonly #running = new Set<Endable>();
  #givenUp: GivenUp | undefined;
  #cleanups: Promise<Cleanup>[] = [];

  constructor(target: Target, place: Place) {
    this.target = target;
    this.#place = place;
  }

  /** Aborted when the node is given up: connecting and starting end with it. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get givenUp(): GivenUp | undefined {
    return this.#givenUp;
  }

  /** Ends what runs on the node; the task's work then returns {@link endedByUs}. The first reason counts. */
  giveUp(why: GivenUp): void {
    if (this.#givenUp !== undefined) return;
    this.#givenUp = why;
    if (this.state !== 'waiting') this.state = 'ending';
    for (const command of this.#running) this.#cleanups.push(command.end());
    this.#abort.abort(new Error(why.kind === 'cancelled' ? why.reason : 'command timeout'));
  }

  /** Counts a command as the node's until the returned value is disposed. */
  holds(command: Endable): Disposable {
    this.#running.add(command);
    if (this.#givenUp !== undefined) this.#cleanups.push(command.end());
    return { [Symbol.dispose]: () => void this.#running.delete(command) };
  }

  /** A command may have started, and cannot be ended. */
  losesTrack(): void {
    this.#cleanups.push(Promise.resolve('may-still-run'));
  }

  /** The outcome of a node that was given up, when its processes have been seen to. */
  async endedByUs(why: GivenUp): Promise<Outcome> {
    const cleanups = await Promise.all(this.#cleanups);
    return { ...why, cleanup: cleanups.includes('may-still-run') ? 'may-still-run' : 'ended' };
  }

  /** The end of the node, as it is told. */
  result(outcome: Outcome): NodeResult {
    const { startUpMs } = this;
    return {
      node: this.target.node,
      outcome,
      elapsedMs: performance.now() - this.startedAt,
      ...(startUpMs === undefined ? {} : { startUpMs }),
    };
  }

  /**
   * Works with a session of the node; failures to connect become its outcome.
   * @throws what is no node's failure: it ends the whole run
   */
  async withSession(pool: SessionPool, work: (session: Session) => Promise<Outcome>): Promise<Outcome> {
    this.state = 'connecting';
    let session: Session | undefined;
    let usable = true;
    try {
      session = await this.#connect(pool);
      await this.#place.takeBack(this.signal);
      const outcome = await work(session);
      if (this.#givenUp === undefined) return outcome;
      const ended = await this.endedByUs(this.#givenUp);
      usable = 'cleanup' in ended && ended.cleanup === 'ended';
      return ended;
    } catch (error) {
      usable = false;
      if (this.#givenUp !== undefined) return await this.endedByUs(this.#givenUp);
      if (error instanceof ConnectError) return error.outcome;
      throw error;
    } finally {
      if (session !== undefined) {
        if (usable) pool.release(session);
        else pool.discard(session);
      }
    }
  }

  /** Does not wait for a transport that is slow to notice the signal. */
  async #connect(pool: SessionPool): Promise<Session> {
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const stop = () => reject(this.signal.reason);
    if (this.signal.aborted) stop();
    this.signal.addEventListener('abort', stop, { once: true });
    const silent = setTimeout(() => this.#place.lend(), silentAfterMs);
    const connecting = pool.acquire(this.target, this.signal);
    try {
      return await Promise.race([connecting, aborted]);
    } catch (error) {
      void connecting.then((session) => pool.discard(session)).catch(() => undefined);
      throw error;
    } finally {
      clearTimeout(silent);
      this.signal.removeEventListener('abort', stop);
    }
  }
}
