// A run's end of the holder's socket: finds the holder, proves itself, and gives what comes to the leases and channels it
// is for. When the holder goes away, everything that ran through it is lost, and said to be so.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { AskPassphrase } from '../../keys/identity-file.ts';
import type { ConnectFailure } from '../../model/outcome.ts';
import { type ChannelEnd, ConnectError, type ExecuteRequest } from '../../model/transport.ts';
import type { ResolvedTarget } from '../../ssh-config/resolved-target.ts';
import { cancelled } from '../../transport/connect-budget.ts';
import type { HolderPlace } from '../place/holder-place.ts';
import { Link } from '../wire/link.ts';
import { type HolderMessage, type HolderStatus, holderVersion, type RunMessage } from '../wire/messages.ts';
import { isSame, newNonce, proofOf } from '../wire/proof.ts';
import { HeldChannel } from './held-channel.ts';

export interface HolderClientOptions {
  /** Asks a person on the holder's behalf; absent: encrypted keys are passed over. */
  readonly askPassphrase?: AskPassphrase | undefined;
  readonly note?: ((node: string, text: string) => void) | undefined;
}

/** Why there is no talking to a holder that is there. */
export type NoHolder =
  | { readonly kind: 'absent' }
  | { readonly kind: 'version'; readonly version: number; readonly pid: number }
  | { readonly kind: 'unfit'; readonly reason: string };

export type LeaseAnswer =
  | { readonly kind: 'opened'; readonly lease: Lease }
  | { readonly kind: 'declined'; readonly reason: string };

/** How many connections were closed, and how many will be when the runs that use them are done. */
export interface Revocation {
  readonly closed: number;
  readonly inUse: number;
}

/** A held connection that is lent to this run. */
export interface Lease {
  readonly id: number;
  /** As of a Session. */
  readonly ended: Promise<string | undefined>;
}

const greetingMs = 2000;
/** Why what ran through a holder that went away is cancelled. */
const holderGone = 'the holder of its connection ended';

export class HolderClient implements AsyncDisposable {
  readonly #link: Link<RunMessage, HolderMessage>;
  readonly #options: HolderClientOptions;
  readonly #welcome = Promise.withResolvers<Extract<HolderMessage, { kind: 'welcome' }> | undefined>();
  readonly #opening = new Map<number, PromiseWithResolvers<LeaseAnswer>>();
  readonly #leases = new Map<number, (reason: string | undefined) => void>();
  readonly #starting = new Map<number, PromiseWithResolvers<HeldChannel>>();
  readonly #channels = new Map<number, HeldChannel>();
  #statusAsked: PromiseWithResolvers<HolderStatus | undefined> | undefined;
  #revocation: PromiseWithResolvers<Revocation | undefined> | undefined;
  #next = 1;

  /** A holder that is there, is ours and speaks our version; else why not. */
  static async find(place: HolderPlace, options: HolderClientOptions = {}): Promise<HolderClient | NoHolder> {
    const socket = await reach(place);
    if (socket === undefined) return { kind: 'absent' };
    const client = new this(socket, options);
    const refusal = await client.#greet(place);
    if (refusal === undefined) return client;
    client.#link[Symbol.dispose]();
    return refusal;
  }

  private constructor(socket: Socket, options: HolderClientOptions) {
    this.#options = options;
    this.#link = new Link(socket, {
      message: (message) => this.#receive(message),
      data: (stream, channel, bytes) => {
        if (stream !== 'stdin') this.#channels.get(channel)?.output(stream, bytes);
      },
    });
    void this.#link.closed.then(() => this.#lose());
  }

  /**
   * A held connection to the target.
   * @param holdMs makes one where none is held, and keeps it for so long after its last use
   * @throws ConnectError: the holder tried to connect, and failed
   */
  async lease(target: ResolvedTarget, holdMs: number | undefined, signal: AbortSignal): Promise<LeaseAnswer> {
    if (!this.#link.isOpen) return { kind: 'declined', reason: holderGone };
    const id = this.#next++;
    const answer = Promise.withResolvers<LeaseAnswer>();
    this.#opening.set(id, answer);
    this.#link.send({ kind: 'open', lease: id, target, ...(holdMs === undefined ? {} : { holdMs }) });
    const forget = () => {
      if (this.#opening.delete(id)) this.release(id);
    };
    const giveUp = () => {
      forget();
      answer.reject(cancelled(signal));
    };
    // Only a holder that is stopped or stuck is later than its own time limit.
    const patience = setTimeout(() => {
      forget();
      answer.resolve({ kind: 'declined', reason: 'the holder does not answer' });
    }, target.connectTimeoutMs + greetingMs);
    signal.addEventListener('abort', giveUp, { once: true });
    if (signal.aborted) giveUp();
    try {
      return await answer.promise;
    } finally {
      clearTimeout(patience);
      signal.removeEventListener('abort', giveUp);
    }
  }

  /** @throws ConnectError */
  async execute(lease: number, request: ExecuteRequest, signal: AbortSignal): Promise<HeldChannel> {
    if (signal.aborted) throw cancelled(signal);
    if (!this.#link.isOpen)
      throw new ConnectError({ kind: 'cancelled', reason: holderGone, cleanup: 'ended' });
    const channel = this.#next++;
    const start = Promise.withResolvers<HeldChannel>();
    this.#starting.set(channel, start);
    this.#link.send({ kind: 'execute', lease, channel, request });
    const giveUp = () => {
      if (this.#starting.delete(channel)) this.#link.send({ kind: 'close', channel });
      start.reject(cancelled(signal));
    };
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      return await start.promise;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  release(lease: number): void {
    this.#link.send({ kind: 'release', lease });
    this.#leases.get(lease)?.(undefined);
    this.#leases.delete(lease);
  }

  /** Undefined when the holder went away meanwhile. */
  status(): Promise<HolderStatus | undefined> {
    this.#statusAsked ??= Promise.withResolvers();
    this.#link.send({ kind: 'status' });
    return this.#link.isOpen ? this.#statusAsked.promise : Promise.resolve(undefined);
  }

  /** Closes the held connections of these nodes; those in use when they are given back. */
  revoke(nodes: readonly string[]): Promise<Revocation | undefined> {
    return this.#askToRevoke({ kind: 'revoke', nodes });
  }

  /** As {@link revoke} of all; no later run finds the holder, which ends with its last connection. */
  leave(): Promise<Revocation | undefined> {
    return this.#askToRevoke({ kind: 'leave' });
  }

  /** What was lent goes back; the holder closes what is still in the middle of something. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#link[Symbol.dispose]();
    await this.#link.closed;
  }

  #askToRevoke(message: RunMessage): Promise<Revocation | undefined> {
    this.#revocation ??= Promise.withResolvers();
    this.#link.send(message);
    return this.#link.isOpen ? this.#revocation.promise : Promise.resolve(undefined);
  }

  async #greet({ secret }: HolderPlace): Promise<NoHolder | undefined> {
    const nonce = newNonce();
    this.#link.send({ kind: 'hello', version: holderVersion, nonce });
    const patience = setTimeout(() => this.#welcome.resolve(undefined), greetingMs);
    const welcome = await this.#welcome.promise;
    clearTimeout(patience);
    // One that is just ending closes the door.
    if (welcome === undefined && !this.#link.isOpen) return { kind: 'absent' };
    if (welcome === undefined) return { kind: 'unfit', reason: 'it does not answer' };
    const nonces = { run: nonce, holder: welcome.nonce };
    if (!isSame(welcome.proof, proofOf('holder', secret, nonces))) {
      return { kind: 'unfit', reason: 'it is not ours: it does not know the secret' };
    }
    const { version, pid } = welcome;
    if (version !== holderVersion) return { kind: 'version', version, pid };
    this.#link.trust();
    const answersQuestions = this.#options.askPassphrase !== undefined;
    this.#link.send({ kind: 'proof', proof: proofOf('run', secret, nonces), answersQuestions });
    return undefined;
  }

  #receive(message: HolderMessage): void {
    switch (message.kind) {
      case 'welcome':
        return this.#welcome.resolve(message);
      case 'opened':
        return this.#opened(message.lease);
      case 'declined':
        this.#opening.get(message.lease)?.resolve({ kind: 'declined', reason: message.reason });
        return void this.#opening.delete(message.lease);
      case 'failed':
        this.#opening.get(message.lease)?.reject(new ConnectError(message.outcome));
        return void this.#opening.delete(message.lease);
      case 'lost':
        this.#leases.get(message.lease)?.(message.reason);
        return void this.#leases.delete(message.lease);
      case 'started':
        return this.#started(message.channel);
      case 'refused':
        this.#starting.get(message.channel)?.reject(new ConnectError(message.outcome));
        return void this.#starting.delete(message.channel);
      case 'input-credit':
        return this.#channels.get(message.channel)?.inputCredit(message.bytes);
      case 'input-closed':
        return this.#channels.get(message.channel)?.inputClosed();
      case 'ended':
        this.#channels.get(message.channel)?.finish(message.end);
        return void this.#channels.delete(message.channel);
      case 'note':
        return this.#options.note?.(message.node, message.text);
      case 'question':
        return void this.#ask(message);
      case 'status':
        this.#statusAsked?.resolve(message.status);
        this.#statusAsked = undefined;
        return;
      case 'revoked':
        this.#revocation?.resolve(message);
        this.#revocation = undefined;
        return;
      default:
        return message satisfies never;
    }
  }

  #opened(id: number): void {
    const { promise: ended, resolve } = Promise.withResolvers<string | undefined>();
    this.#leases.set(id, resolve);
    this.#opening.get(id)?.resolve({ kind: 'opened', lease: { id, ended } });
    this.#opening.delete(id);
  }

  /** At once: what the node says first is right behind. */
  #started(id: number): void {
    const start = this.#starting.get(id);
    if (start === undefined) return;
    this.#starting.delete(id);
    const channel = new HeldChannel(id, {
      send: (message) => this.#link.send(message),
      sendInput: (number, bytes, written) => this.#link.sendData('stdin', number, bytes, written),
    });
    this.#channels.set(id, channel);
    start.resolve(channel);
  }

  async #ask({ question, path, attempt }: Extract<HolderMessage, { kind: 'question' }>): Promise<void> {
    const text = await this.#options.askPassphrase?.(path, attempt).catch(() => undefined);
    this.#link.send({ kind: 'answer', question, ...(text === undefined ? {} : { text }) });
  }

  /** The socket is closed: nothing is tried again that may have begun. */
  #lose(): void {
    this.#welcome.resolve(undefined);
    for (const { resolve } of this.#opening.values()) resolve({ kind: 'declined', reason: holderGone });
    for (const resolve of this.#leases.values()) resolve(holderGone);
    const outcome: ConnectFailure = { kind: 'cancelled', reason: holderGone, cleanup: 'may-still-run' };
    for (const { reject } of this.#starting.values()) reject(new ConnectError(outcome));
    const end: ChannelEnd = { kind: 'lost', reason: holderGone, carrier: 'holder' };
    for (const channel of this.#channels.values()) channel.finish(end);
    this.#statusAsked?.resolve(undefined);
    this.#revocation?.resolve(undefined);
    for (const waiting of [this.#opening, this.#leases, this.#starting, this.#channels]) waiting.clear();
  }
}

/** Undefined when nobody listens: no socket, or one that a killed holder left behind. */
async function reach(place: HolderPlace): Promise<Socket | undefined> {
  const socket = connect(place.file('socket'));
  try {
    await once(socket, 'connect');
    return socket;
  } catch {
    socket.destroy();
    return undefined;
  }
}
