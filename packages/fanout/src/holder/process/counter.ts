// One run at the holder: its leases, its commands, and the keys with which connections are made for it. When the run goes
// away, whatever it left unfinished goes with its connection.
import type { Socket } from 'node:net';
import { KeyRing } from '../../keys/key-ring.ts';
import type { ConnectFailure } from '../../model/outcome.ts';
import { ConnectError } from '../../model/transport.ts';
import type { ResolvedTarget } from '../../ssh-config/resolved-target.ts';
import type { Ssh2Session } from '../../transport/ssh2/ssh2-session.ts';
import { Ssh2Transport } from '../../transport/ssh2/ssh2-transport.ts';
import { Link } from '../wire/link.ts';
import { type HolderMessage, type HolderStatus, holderVersion, type RunMessage } from '../wire/messages.ts';
import { isSame, newNonce, proofOf } from '../wire/proof.ts';
import { CarriedChannel } from './carried-channel.ts';
import type { HeldConnection } from './held-connection.ts';
import type { HeldConnections } from './held-connections.ts';

export interface CounterParts {
  readonly connections: HeldConnections;
  readonly secret: Buffer;
  readonly status: () => HolderStatus;
  /** No further run is let in. */
  readonly leave: () => void;
}

interface LeaseAtCounter {
  readonly connection: HeldConnection;
  /** Commands that were started, or may have been, and have not ended. */
  readonly unfinished: Set<number>;
}

interface Command {
  readonly lease: LeaseAtCounter;
  readonly abort: AbortController;
  carried?: CarriedChannel;
}

type Of<Kind extends RunMessage['kind']> = Extract<RunMessage, { kind: Kind }>;

const greetingMs = 5000;
/** How long the process of a command that was given up may take to end for want of a reader. */
const confirmationMs = 3000;

export class Counter {
  /** Resolves when the run has gone and all of its is put away. */
  readonly closed: Promise<void>;
  readonly #parts: CounterParts;
  readonly #link: Link<HolderMessage, RunMessage>;
  readonly #leases = new Map<number, LeaseAtCounter>();
  readonly #opening = new Map<number, AbortController>();
  readonly #commands = new Map<number, Command>();
  readonly #questions = new Map<number, (text: string | undefined) => void>();
  #transport: Ssh2Transport | undefined;
  #sessions = 0;
  #asked = 0;
  #answersQuestions = false;
  #nonces: { readonly run: string; readonly holder: string } | undefined;
  #trusted = false;

  constructor(socket: Socket, parts: CounterParts) {
    this.#parts = parts;
    this.#link = new Link(socket, {
      message: (message) => this.#receive(message),
      data: (stream, channel, bytes) => {
        if (this.#trusted && stream === 'stdin') this.#commands.get(channel)?.carried?.input(bytes);
      },
      drained: () => {
        for (const { carried } of this.#commands.values()) carried?.flow();
      },
    });
    this.closed = this.#attend();
  }

  close(): void {
    this.#link[Symbol.dispose]();
  }

  async #attend(): Promise<void> {
    const patience = setTimeout(() => {
      if (!this.#trusted) this.close();
    }, greetingMs);
    await this.#link.closed;
    clearTimeout(patience);
    this.#leave();
  }

  #receive(message: RunMessage): void {
    if (message.kind === 'hello') return this.#greet(message);
    if (message.kind === 'proof') return this.#believe(message);
    if (!this.#trusted) return this.close();
    switch (message.kind) {
      case 'open':
        return void this.#open(message);
      case 'release':
        return this.#release(message.lease);
      case 'execute':
        return void this.#execute(message);
      case 'input-end':
        return this.#commands.get(message.channel)?.carried?.endInput();
      case 'resize':
        return this.#commands.get(message.channel)?.carried?.resize(message.columns, message.rows);
      case 'close':
        return void this.#giveUp(message.channel);
      case 'credit':
        return this.#commands.get(message.channel)?.carried?.credit(message.stream, message.bytes);
      case 'answer':
        this.#questions.get(message.question)?.(message.text);
        return void this.#questions.delete(message.question);
      case 'status':
        return this.#link.send({ kind: 'status', status: this.#parts.status() });
      case 'revoke':
        return this.#link.send({
          kind: 'revoked',
          ...this.#parts.connections.revoke(new Set(message.nodes)),
        });
      case 'leave':
        this.#parts.leave();
        return this.#link.send({ kind: 'revoked', ...this.#parts.connections.revoke(undefined) });
      default:
        return message satisfies never;
    }
  }

  #greet({ nonce }: Of<'hello'>): void {
    if (this.#nonces !== undefined || typeof nonce !== 'string') return this.close();
    this.#nonces = { run: nonce, holder: newNonce() };
    this.#link.send({
      kind: 'welcome',
      version: holderVersion,
      nonce: this.#nonces.holder,
      proof: proofOf('holder', this.#parts.secret, this.#nonces),
      pid: process.pid,
    });
  }

  #believe({ proof, answersQuestions }: Of<'proof'>): void {
    const { secret } = this.#parts;
    if (this.#nonces === undefined || typeof proof !== 'string') return this.close();
    if (!isSame(proof, proofOf('run', secret, this.#nonces))) return this.close();
    this.#trusted = true;
    this.#answersQuestions = answersQuestions;
    this.#link.trust();
  }

  async #open({ lease, target, holdMs }: Of<'open'>): Promise<void> {
    const abort = new AbortController();
    this.#opening.set(lease, abort);
    try {
      const lending = await this.#parts.connections.lend({
        target,
        holdMs,
        connect: () => this.#connect(target, abort.signal),
      });
      if (lending.kind === 'declined') this.#link.send({ kind: 'declined', lease, reason: lending.reason });
      else if (abort.signal.aborted) this.#parts.connections.giveBack(lending.connection);
      else this.#opened(lease, lending.connection);
    } catch (error) {
      if (error instanceof ConnectError) this.#link.send({ kind: 'failed', lease, outcome: error.outcome });
      else
        this.#link.send({
          kind: 'declined',
          lease,
          reason: error instanceof Error ? error.message : String(error),
        });
    } finally {
      this.#opening.delete(lease);
      this.#putAway();
    }
  }

  #opened(lease: number, connection: HeldConnection): void {
    this.#leases.set(lease, { connection, unfinished: new Set() });
    this.#link.send({ kind: 'opened', lease });
    void this.#tellWhenLost(lease, connection);
  }

  async #tellWhenLost(lease: number, { session }: HeldConnection): Promise<void> {
    const reason = (await session.ended) ?? 'closed';
    if (this.#leases.has(lease)) this.#link.send({ kind: 'lost', lease, reason });
  }

  /** Keys and gateways are read and opened for this run alone; they stay as long as a connection that needs them. */
  async #connect(target: ResolvedTarget, signal: AbortSignal): Promise<Ssh2Session> {
    this.#transport ??= new Ssh2Transport({
      keys: new KeyRing(
        this.#answersQuestions ? { askPassphrase: (path, attempt) => this.#ask(path, attempt) } : {},
      ),
      note: (node, text) => this.#link.send({ kind: 'note', node, text }),
    });
    const session = await this.#transport.connect(target, signal);
    this.#sessions += 1;
    void this.#countUntilEnded(session);
    return session;
  }

  async #countUntilEnded(session: Ssh2Session): Promise<void> {
    await session.ended;
    this.#sessions -= 1;
    this.#putAway();
  }

  #ask(path: string, attempt: number): Promise<string | undefined> {
    const question = ++this.#asked;
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    this.#questions.set(question, resolve);
    if (this.#link.isOpen) this.#link.send({ kind: 'question', question, path, attempt });
    else resolve(undefined);
    return promise;
  }

  async #execute({ lease: leaseId, channel, request }: Of<'execute'>): Promise<void> {
    const lease = this.#leases.get(leaseId);
    if (lease === undefined) return this.close();
    const command: Command = { lease, abort: new AbortController() };
    this.#commands.set(channel, command);
    lease.unfinished.add(channel);
    try {
      const opened = await lease.connection.session.execute(request, command.abort.signal);
      if (this.#commands.get(channel) !== command) return opened.close();
      const carried = new CarriedChannel(channel, opened, this.#link);
      command.carried = carried;
      this.#link.send({ kind: 'started', channel });
      const end = await carried.ended;
      if (this.#commands.get(channel) !== command) return;
      lease.unfinished.delete(channel);
      this.#link.send({ kind: 'ended', channel, end });
    } catch (error) {
      lease.unfinished.delete(channel);
      this.#link.send({ kind: 'refused', channel, outcome: outcomeOf(error) });
    } finally {
      if (this.#commands.get(channel) === command) this.#commands.delete(channel);
    }
  }

  /** Where it may go on running on the node, the connection is not lent again: it takes one of the node's sessions. */
  async #giveUp(channel: number): Promise<void> {
    const command = this.#commands.get(channel);
    if (command === undefined) return;
    this.#commands.delete(channel);
    command.abort.abort(new Error('given up'));
    const hasEnded = (await command.carried?.close(confirmationMs)) ?? false;
    if (!hasEnded) this.#parts.connections.spoil(command.lease.connection);
  }

  #release(id: number): void {
    this.#opening.get(id)?.abort(new Error('given up'));
    const lease = this.#leases.get(id);
    if (lease === undefined) return;
    this.#leases.delete(id);
    for (const channel of lease.unfinished) {
      const command = this.#commands.get(channel);
      if (command === undefined) continue;
      this.#link.send({ kind: 'ended', channel, end: { kind: 'lost', reason: 'closed' } });
      void this.#giveUp(channel);
    }
    this.#parts.connections.giveBack(lease.connection);
  }

  #leave(): void {
    for (const answer of this.#questions.values()) answer(undefined);
    this.#questions.clear();
    for (const opening of this.#opening.values()) opening.abort(new Error('the run has gone'));
    for (const id of this.#leases.keys()) this.#release(id);
    this.#putAway();
  }

  /** The gateways and keys of this run, when nothing needs them. */
  #putAway(): void {
    if (this.#link.isOpen || this.#sessions > 0 || this.#opening.size > 0) return;
    void this.#transport?.[Symbol.asyncDispose]().catch(() => undefined);
    this.#transport = undefined;
  }
}

function outcomeOf(error: unknown): ConnectFailure {
  if (error instanceof ConnectError) return error.outcome;
  return { kind: 'unreachable', reason: error instanceof Error ? error.message : String(error) };
}
