// One connection that is held: who has it, how long it stays, and whether it may be lent again.
import type { Ssh2Session } from '../../transport/ssh2/ssh2-session.ts';
import type { HeldConnectionStatus } from '../wire/messages.ts';

/** A node allows ten sessions on a connection (MaxSessions); a run needs up to two, and a second to end what it left. */
const leasesAtOnce = 4;

export class HeldConnection {
  readonly key: string;
  readonly session: Ssh2Session;
  readonly #since = Date.now();
  #holdMs: number;
  #leases = 0;
  #until: number;
  #retired = false;

  constructor(key: string, session: Ssh2Session, holdMs: number) {
    this.key = key;
    this.session = session;
    this.#holdMs = holdMs;
    this.#until = this.#since + holdMs;
    void session.ended.then(() => this.retire());
  }

  get idle(): boolean {
    return this.#leases === 0;
  }

  get mayBeLent(): boolean {
    return !this.#retired && this.#leases < leasesAtOnce;
  }

  /** Who would be closed first when there is no more room. */
  get until(): number {
    return this.#until;
  }

  lend(holdMs: number | undefined): void {
    this.#leases += 1;
    this.#holdMs = holdMs ?? this.#holdMs;
  }

  giveBack(): void {
    this.#leases -= 1;
    this.#until = Date.now() + this.#holdMs;
  }

  /** It is not lent again. */
  retire(): void {
    this.#retired = true;
  }

  /** Nobody has it, and nobody is to get it any more. */
  get isOver(): boolean {
    return this.idle && (this.#retired || this.#until <= Date.now());
  }

  status(): HeldConnectionStatus {
    const { target, user, host, port, gateways } = this.session.target;
    return {
      node: target.node,
      user,
      host,
      port,
      gateways: gateways.map((gateway) => gateway.target.node),
      since: this.#since,
      ...(this.idle ? { until: this.#until } : {}),
      revoked: this.#retired,
    };
  }
}
