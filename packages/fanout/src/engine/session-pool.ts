// Who connects: one session per node and run, or, for the prompt, one per node for as long as the fan-out lives.
import type { TransportName } from '@heorot/inventory';
import type { Target } from '../model/target.ts';
import type { Session, Transport } from '../model/transport.ts';
import type { ResolvedTarget } from '../ssh-config/resolved-target.ts';

/** Where sessions come from; the transports behind it are loaded when they are first asked for. */
export interface SessionSource {
  /** In the order of the targets. @throws HeorotError for a configuration that cannot be followed */
  resolve(targets: readonly Target[]): Promise<readonly ResolvedTarget[]>;
  transport(name: TransportName): Promise<Transport>;
}

export class SessionPool implements AsyncDisposable {
  readonly #source: SessionSource;
  readonly #keep: boolean;
  readonly #kept = new Map<string, Session>();
  /** Sessions on their way out: closing one is not waited for until the end. */
  readonly #closing = new Set<Promise<void>>();
  readonly #open = new Set<Session>();
  readonly #resolved = new WeakMap<Target, ResolvedTarget>();
  /** Of kept sessions: what is being opened and closed at this moment. */
  readonly #changes = new Map<string, Promise<unknown>>();

  constructor(source: SessionSource, keep: boolean) {
    this.#source = source;
    this.#keep = keep;
  }

  /** Resolves many targets at once, which is cheaper than one by one. */
  async prepare(targets: readonly Target[]): Promise<void> {
    const missing = targets.filter((target) => !this.#resolved.has(target));
    const resolved = await this.#source.resolve(missing);
    for (const each of resolved) this.#resolved.set(each.target, each);
  }

  /**
   * An open session to the node; give it back with {@link release}. Where sessions are kept a node never has two: the next is
   * opened when the one before is closed, and who comes while it is being opened gets the same.
   * @throws ConnectError; HeorotError for a configuration that cannot be followed
   */
  async acquire(target: Target, signal: AbortSignal): Promise<Session> {
    if (!this.#keep) return await this.#connect(target, signal);
    const key = keyOf(target);
    for (let change = this.#changes.get(key); change !== undefined; change = this.#changes.get(key)) {
      await change;
      signal.throwIfAborted();
    }
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept;
    const opening = this.#connect(target, signal);
    this.#changing(key, opening);
    return await opening;
  }

  /** Done with it: it is closed unless sessions are kept. */
  release(session: Session): void {
    if (!this.#keep) this.discard(session);
  }

  /** Closed in any case: something is wrong with it. */
  discard(session: Session): void {
    this.#forget(session);
    const closing = close(session);
    this.#closing.add(closing);
    if (this.#keep) this.#changing(keyOf(session.target.target), closing);
    void closing.then(() => this.#closing.delete(closing));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const session of this.#open) this.discard(session);
    await Promise.all(this.#closing);
  }

  async #connect(target: Target, signal: AbortSignal): Promise<Session> {
    if (!this.#resolved.has(target)) await this.prepare([target]);
    const resolved = this.#resolved.get(target);
    if (resolved === undefined) throw new Error(`${target.node} was not resolved`);
    const transport = await this.#source.transport(resolved.transport);
    const session = await transport.connect(resolved, signal);
    this.#open.add(session);
    if (this.#keep) this.#kept.set(keyOf(target), session);
    void session.ended.then(() => this.#forget(session));
    return session;
  }

  #changing(key: string, work: Promise<unknown>): void {
    const change = Promise.allSettled([this.#changes.get(key), work]).finally(() => {
      if (this.#changes.get(key) === change) this.#changes.delete(key);
    });
    this.#changes.set(key, change);
  }

  #forget(session: Session): void {
    this.#open.delete(session);
    if (!this.#keep) return;
    const key = keyOf(session.target.target);
    if (this.#kept.get(key) === session) this.#kept.delete(key);
  }
}

/** How long connecting may take is no property of a connection. */
const keyOf = ({ node, host, settings }: Target) =>
  JSON.stringify([node, host, { ...settings, connectTimeoutMs: undefined }]);

async function close(session: Session): Promise<void> {
  try {
    await session[Symbol.asyncDispose]();
  } catch {
    // It was closed by the other side.
  }
}
