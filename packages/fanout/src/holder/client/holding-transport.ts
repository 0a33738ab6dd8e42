// The built-in transport with the holder before it: a held connection where there is one, else a connection of our own.
// Only connecting is ever tried a second way: of a command that the holder was given, nothing is repeated.
import type { Channel, ExecuteRequest, Session, Transport } from '../../model/transport.ts';
import type { ResolvedTarget } from '../../ssh-config/resolved-target.ts';
import { hasNoCommonKeyExchange } from '../../transport/openssh-detour.ts';
import type { HolderClient, Lease } from './holder-client.ts';

export interface HoldingOptions {
  readonly client: HolderClient;
  /** Connections that are not held yet are made by the holder, and held for so long; undefined: they are our own. */
  readonly holdMs: number | undefined;
  /** For what the holder declines. */
  readonly own: () => Promise<Transport>;
}

export class HoldingTransport implements Transport {
  readonly name = 'ssh2';
  readonly #options: HoldingOptions;

  constructor(options: HoldingOptions) {
    this.#options = options;
  }

  async connect(target: ResolvedTarget, signal: AbortSignal): Promise<Session> {
    const { client, holdMs, own } = this.#options;
    try {
      const answer = await client.lease(target, holdMs, signal);
      if (answer.kind === 'opened') return new HeldSession(target, client, answer.lease);
    } catch (error) {
      // The holder has the built-in client alone; our own transport knows the way to such servers.
      if (!hasNoCommonKeyExchange(error)) throw error;
    }
    return (await own()).connect(target, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#options.client[Symbol.asyncDispose]();
  }
}

/** Disposing it gives the connection back. */
class HeldSession implements Session {
  readonly target: ResolvedTarget;
  readonly ended: Promise<string | undefined>;
  readonly #client: HolderClient;
  readonly #lease: number;

  constructor(target: ResolvedTarget, client: HolderClient, { id, ended }: Lease) {
    this.target = target;
    this.ended = ended;
    this.#client = client;
    this.#lease = id;
  }

  execute(request: ExecuteRequest, signal: AbortSignal): Promise<Channel> {
    return this.#client.execute(this.#lease, request, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client.release(this.#lease);
    await this.ended;
  }
}
