// All connections that are held, and the rules by which one is lent, kept and closed. Bounded in number and in memory:
// past a bound the longest unused goes, and a run for which there is no room connects by itself.
import type { ResolvedTarget } from '../../ssh-config/resolved-target.ts';
import type { Ssh2Session } from '../../transport/ssh2/ssh2-session.ts';
import type { HeldConnectionStatus } from '../wire/messages.ts';
import { HeldConnection } from './held-connection.ts';
import { heldKey } from './held-key.ts';
import { KnownHostsNow } from './known-hosts-now.ts';

export interface HoldingLimits {
  readonly connections: number;
  /** Resident memory of the whole process. */
  readonly bytes: number;
}

export const defaultLimits: HoldingLimits = { connections: 12_000, bytes: 1024 ** 3 };

export interface HoldWish {
  readonly target: ResolvedTarget;
  /** Undefined: only what is held already is lent. */
  readonly holdMs: number | undefined;
  /** @throws ConnectError */
  readonly connect: () => Promise<Ssh2Session>;
}

export type Lending =
  | { readonly kind: 'lent'; readonly connection: HeldConnection }
  | { readonly kind: 'declined'; readonly reason: string };

/** A node that has said nothing for longer is asked whether it is still there before anything is begun on it. */
const silentMs = 5000;
const answerMs = 2000;
const sweepMs = 1000;

export class HeldConnections implements AsyncDisposable {
  readonly #limits: HoldingLimits;
  readonly #held = new Map<string, HeldConnection>();
  readonly #connecting = new Set<string>();
  /** Retired, but still lent. */
  readonly #leaving = new Set<HeldConnection>();
  readonly #knownHosts = new KnownHostsNow();
  readonly #sweeper: NodeJS.Timeout;
  readonly #onEmpty: () => void;

  /** @param onEmpty called when the last connection has gone */
  constructor(limits: HoldingLimits, onEmpty: () => void) {
    this.#limits = limits;
    this.#onEmpty = onEmpty;
    this.#sweeper = setInterval(() => this.#sweep(), sweepMs);
    this.#sweeper.unref();
  }

  get size(): number {
    return this.#held.size + this.#leaving.size + this.#connecting.size;
  }

  /**
   * Lends the connection of a target. Whatever is wrong with a held one, it is closed and the run begins anew.
   * @throws ConnectError of `connect`
   */
  async lend({ target, holdMs, connect }: HoldWish): Promise<Lending> {
    const key = heldKey(target);
    const held = this.#held.get(key);
    if (held !== undefined) {
      if (!held.mayBeLent) return declined('its connection is in use');
      held.lend(holdMs);
      if (await this.#isSound(held, target)) return { kind: 'lent', connection: held };
      this.#retire(held);
      this.giveBack(held);
    }
    if (holdMs === undefined) return declined('no connection to it is held');
    if (this.#connecting.has(key)) return declined('it is just being connected to');
    if (!this.#hasRoom()) return declined('the holder is full');
    return await this.#connect(key, holdMs, connect);
  }

  giveBack(connection: HeldConnection): void {
    connection.giveBack();
    this.#closeIfOver(connection);
  }

  /** Something was left unfinished on it: it is closed when nobody has it any more. */
  spoil(connection: HeldConnection): void {
    this.#retire(connection);
  }

  /** @param nodes undefined = all */
  revoke(nodes: ReadonlySet<string> | undefined): { readonly closed: number; readonly inUse: number } {
    const revoked = [...this.#held.values(), ...this.#leaving].filter(
      ({ session }) => nodes === undefined || nodes.has(session.target.target.node),
    );
    for (const connection of revoked) this.#retire(connection);
    const inUse = revoked.filter(({ idle }) => !idle).length;
    return { closed: revoked.length - inUse, inUse };
  }

  status(): readonly HeldConnectionStatus[] {
    return [...this.#held.values(), ...this.#leaving].map((connection) => connection.status());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#sweeper);
    const all = [...this.#held.values(), ...this.#leaving];
    this.#held.clear();
    this.#leaving.clear();
    await Promise.all(all.map(({ session }) => session[Symbol.asyncDispose]()));
  }

  async #connect(key: string, holdMs: number, connect: HoldWish['connect']): Promise<Lending> {
    this.#connecting.add(key);
    try {
      const connection = new HeldConnection(key, await connect(), holdMs);
      connection.lend(holdMs);
      this.#held.set(key, connection);
      void connection.session.ended.then(() => this.#retire(connection));
      return { kind: 'lent', connection };
    } finally {
      this.#connecting.delete(key);
      this.#tellIfEmpty();
    }
  }

  /** Its host keys are accepted today, and the node is there. */
  async #isSound({ session }: HeldConnection, target: ResolvedTarget): Promise<boolean> {
    if (!(await this.#knownHosts.accept(session.shownHostKeys))) return false;
    if (session.silentForMs < silentMs) return true;
    return await session.answers(Math.min(answerMs, target.connectTimeoutMs / 4));
  }

  #hasRoom(): boolean {
    const { connections, bytes } = this.#limits;
    if (this.size < connections && process.memoryUsage.rss() < bytes) return true;
    const idle = [...this.#held.values()].filter((connection) => connection.idle);
    const [oldest] = idle.toSorted((a, b) => a.until - b.until);
    if (oldest === undefined) return false;
    this.#retire(oldest);
    return this.size < connections && process.memoryUsage.rss() < bytes;
  }

  #retire(connection: HeldConnection): void {
    connection.retire();
    if (this.#held.get(connection.key) === connection) {
      this.#held.delete(connection.key);
      this.#leaving.add(connection);
    }
    this.#closeIfOver(connection);
  }

  #sweep(): void {
    for (const connection of this.#held.values()) if (connection.isOver) this.#retire(connection);
  }

  #closeIfOver(connection: HeldConnection): void {
    if (!connection.isOver || !this.#leaving.delete(connection)) return;
    void connection.session[Symbol.asyncDispose]().catch(() => undefined);
    this.#tellIfEmpty();
  }

  #tellIfEmpty(): void {
    if (this.size === 0) this.#onEmpty();
  }
}

const declined = (reason: string): Lending => ({ kind: 'declined', reason });
