// Connections to one gateway that carry the channels of many nodes: as many as its sshd lets them need (MaxSessions of
// sshd_config(5), ten by default), learnt from its refusals.
import { setTimeout as sleep } from 'node:timers/promises';
import { LoginWindow } from '../gateway/login-window.ts';
import {
  type Channel,
  ConnectError,
  type ExecuteRequest,
  type OutputFilters,
  type Session,
  type Transport,
} from '../model/transport.ts';
import type { ResolvedTarget } from '../ssh-config/resolved-target.ts';
import { sessionRefused } from '../transport/session-refused.ts';

/** MaxSessions, unless the gateway says otherwise. */
const usualSessions = 10;
/** MaxStartups lets ten connections be in the middle of their login. */
const loginsAtOnce = 6;
/** A command that has ended leaves its place on the gateway when that has read our goodbye. */
const leavingMs = 20;
/** A gateway that failed is not asked again for so long: a thousand nodes behind it fail with one login. */
const failureKeptMs = 10_000;
/** A node that timed out is no news of its gateway; one that says nothing at all for so long is dead. */
const answerMs = 2000;

interface Link {
  readonly session: Promise<Session>;
  /** Channels on it, those that are being opened included. */
  taken: number;
  limit: number;
  /** Channels that are open. */
  open: number;
  /** As many were open at once: there are places for them. */
  most: number;
  /** A channel was given up on it; what it ran may still take its place on the gateway. */
  worn: boolean;
}

/** A channel, and whether its gateway is still there. */
export interface LinkedChannel {
  readonly channel: Channel;
  /** False when the gateway says nothing: its connection is closed then, and who waits behind it knows at once. */
  readonly isAlive: () => Promise<boolean>;
}

export class GatewayLinks implements AsyncDisposable {
  readonly #transport: Transport;
  readonly #gateway: ResolvedTarget;
  readonly #links = new Set<Link>();
  readonly #logins = new LoginWindow(loginsAtOnce);
  readonly #disposed = new AbortController();
  #limit = usualSessions;

  constructor(transport: Transport, gateway: ResolvedTarget) {
    this.#transport = transport;
    this.#gateway = gateway;
  }

  /** Opens a channel on a connection that has room for it, or on a new one. @throws ConnectError of the gateway */
  async open(request: ExecuteRequest, signal: AbortSignal, filters: OutputFilters): Promise<LinkedChannel> {
    for (;;) {
      const link = this.#withRoom() ?? this.#connect();
      link.taken += 1;
      try {
        const session = await link.session;
        const channel = await session.execute(request, signal, filters);
        link.open += 1;
        link.most = Math.max(link.most, link.open);
        void leaves(link, channel);
        return { channel, isAlive: () => this.#isAlive(link, session) };
      } catch (error) {
        link.taken -= 1;
        if (!isRefused(error)) throw error;
        if (link.taken < link.most && !link.worn) await sleep(leavingMs);
        else this.#lower(link);
        if (link.most === 0 && link.taken === 0) throw error;
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed.abort(new Error('closed'));
    const closing = Array.from(this.#links, async ({ session }) => (await session)[Symbol.asyncDispose]());
    await Promise.allSettled(closing);
  }

  /** One channel was refused: it takes no more than are on it now, of which others may yet be refused. */
  #lower(link: Link): void {
    link.limit = Math.min(link.limit, link.taken);
    if (!link.worn) this.#limit = Math.max(1, link.limit);
    // Only what was given up is left on it.
    if (link.limit === 0) this.#drop(link);
  }

  #drop(link: Link): void {
    if (!this.#links.delete(link)) return;
    void link.session.then((session) => session[Symbol.asyncDispose]()).catch(() => {});
  }

  /** The emptiest: what has just been closed keeps its place on the gateway for a moment. */
  #withRoom(): Link | undefined {
    let emptiest: Link | undefined;
    for (const link of this.#links) {
      if (link.taken < link.limit && link.taken < (emptiest?.taken ?? link.limit)) emptiest = link;
    }
    return emptiest;
  }

  /** In its own time: the node that asked first may give up, the others still need the gateway. */
  #connect(): Link {
    const { signal } = this.#disposed;
    const session = this.#logins.within(signal, () => this.#transport.connect(this.#gateway, signal));
    const link: Link = {
      session,
      taken: 0,
      limit: this.#limit,
      open: 0,
      most: 0,
      worn: false,
    };
    this.#links.add(link);
    const forget = () => this.#links.delete(link);
    session.then(
      ({ ended }) => ended.then(forget),
      () => {
        // Everybody finds this failure meanwhile, where no other has room.
        link.taken = Number.MAX_SAFE_INTEGER;
        link.limit = Number.POSITIVE_INFINITY;
        setTimeout(forget, failureKeptMs).unref();
      },
    );
    return link;
  }

  async #isAlive(link: Link, session: Session): Promise<boolean> {
    if (!this.#links.has(link)) return false;
    if ((await session.answers?.(answerMs)) !== false) return true;
    this.#drop(link);
    return false;
  }
}

async function leaves(link: Link, { ended }: Channel): Promise<void> {
  const { kind } = await ended;
  link.taken -= 1;
  link.open -= 1;
  link.worn ||= kind === 'lost';
}

function isRefused(error: unknown): boolean {
  return error instanceof ConnectError && error.outcome.reason.startsWith(sessionRefused);
}
