// What ssh-keyscan does: the host keys a node shows, one short connection a type, nothing authenticated.

import type { ServerHostKeyAlgorithm } from 'ssh2';
import { keyTypeOf } from '../../known-hosts/host-key.ts';
import { ConnectError } from '../../model/transport.ts';
import type { ResolvedTarget } from '../../ssh-config/resolved-target.ts';
import { ConnectBudget } from '../connect-budget.ts';
import type { TransportDependencies } from '../dependencies.ts';
import { hostKeyTypes, offer } from './algorithms.ts';
import { loginFailure } from './connect-failure.ts';
import { Connector } from './connector.ts';
import { Client } from './ssh2-client.ts';

export interface ScannedHostKey {
  readonly type: string;
  /** RFC 4253 section 6.6; fingerprint() and formatKnownHostLine() take it as it is. */
  readonly key: Buffer;
}

/**
 * The host keys of many nodes. They are only what answered: nothing is trusted or recorded here.
 * Gateways on the way are logged in to, and checked, as always.
 */
export class HostKeyScanner implements AsyncDisposable {
  readonly #connector: Connector;

  constructor(dependencies: TransportDependencies) {
    this.#connector = new Connector(dependencies);
  }

  /**
   * Every key that the node shows, strongest type first; each is proven to be the node's own by its signature.
   * @throws ConnectError when the node shows none
   */
  async scan(target: ResolvedTarget, signal: AbortSignal): Promise<readonly ScannedHostKey[]> {
    using budget = new ConnectBudget(target.connectTimeoutMs, signal);
    const keys: ScannedHostKey[] = [];
    for (const algorithm of hostKeyTypes) {
      const key = await this.#ask(target, algorithm, budget);
      const type = key === undefined ? undefined : keyTypeOf(key);
      if (key !== undefined && type !== undefined) keys.push({ type, key });
    }
    if (keys.length > 0) return keys;
    throw new ConnectError({ kind: 'unreachable', reason: 'it shows no host key of a type we know' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connector[Symbol.asyncDispose]();
  }

  /** Undefined when the node has no key of this type. */
  async #ask(
    target: ResolvedTarget,
    algorithm: ServerHostKeyAlgorithm,
    budget: ConnectBudget,
  ): Promise<Buffer | undefined> {
    const socket = await this.#connector.socket(target, budget);
    const client = new Client();
    const { promise, resolve, reject } = Promise.withResolvers<Buffer | undefined>();
    const giveUp = () => reject(budget.signal.reason);
    let shown: Buffer | undefined;
    client.on('error', (error) => {
      if (error.message.includes('no matching host key format')) resolve(undefined);
      else reject(new ConnectError(loginFailure(error, facts(budget)), { cause: error }));
    });
    // Signature checked: the key is the node's.
    client.once('handshake', () => resolve(shown));
    client.once('close', () =>
      reject(new ConnectError({ kind: 'unreachable', reason: 'the node closed the connection' })),
    );
    budget.doing = 'waiting for the host key';
    budget.signal.addEventListener('abort', giveUp, { once: true });
    try {
      client.connect({
        sock: socket,
        username: target.user,
        readyTimeout: 0,
        algorithms: { ...offer(target, []), serverHostKey: [algorithm] },
        hostVerifier: (key: Buffer) => {
          shown = Buffer.from(key);
          return true;
        },
        // Never reached with anything secret: the connection ends at the handshake.
        authHandler: () => false,
      });
      return await promise;
    } finally {
      budget.signal.removeEventListener('abort', giveUp);
      socket.destroy();
    }
  }
}

function facts(budget: ConnectBudget) {
  return { doing: budget.doing, refusal: undefined, knownTypes: [], authentication: '' };
}
