// The built-in transport for servers that it cannot talk to at all: where the lists of key exchanges have nothing in common
// (RFC 4253 section 7.1), as with servers that offer only post-quantum ones, the session is opened by OpenSSH instead, once.
// At that point nothing was proven, sent or tried: it is no fall-back after a host key or a login that failed, which stay final.
import { ConnectError, type Session, type Transport } from '../model/transport.ts';
import type { ResolvedTarget } from '../ssh-config/resolved-target.ts';
import type { TransportDependencies } from './dependencies.ts';
import { noCommonKeyExchange } from './ssh2/connect-failure.ts';

export class OpensshDetour implements Transport {
  readonly name = 'ssh2';
  readonly #builtIn: Transport;
  readonly #openssh: () => Promise<Transport>;
  readonly #note: TransportDependencies['note'];
  /** Servers that were met so: a later session does not try the built-in client again. */
  readonly #met = new Set<string>();

  constructor(builtIn: Transport, openssh: () => Promise<Transport>, note: TransportDependencies['note']) {
    this.#builtIn = builtIn;
    this.#openssh = openssh;
    this.#note = note;
  }

  async connect(target: ResolvedTarget, signal: AbortSignal): Promise<Session> {
    if (this.#met.has(serverOf(target))) return (await this.#openssh()).connect(target, signal);
    try {
      return await this.#builtIn.connect(target, signal);
    } catch (error) {
      // Who asked for ssh2 by name gets ssh2, or its failure.
      if (target.transportIsAskedFor || !hasNoCommonKeyExchange(error)) throw error;
    }
    this.#met.add(serverOf(target));
    this.#note?.(
      target.target.node,
      `reached through OpenSSH: ${noCommonKeyExchange} (post-quantum only?); \`transport: openssh\` in the cluster file saves the attempt`,
    );
    return (await this.#openssh()).connect(target, signal);
  }

  /** The other transport belongs to who gave it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#builtIn[Symbol.asyncDispose]();
  }
}

/** A gateway's failure is told by the same words, with its name before them. */
export function hasNoCommonKeyExchange(error: unknown): boolean {
  return (
    error instanceof ConnectError &&
    error.outcome.kind === 'unreachable' &&
    error.outcome.reason.includes(noCommonKeyExchange)
  );
}

function serverOf({ host, port, gateways }: ResolvedTarget): string {
  return JSON.stringify([host, port, gateways.map((gateway) => [gateway.host, gateway.port])]);
}
