// From an open byte stream to an authenticated ssh2 client: key exchange, host key, authentication, each failure typed.

import type { Duplex } from 'node:stream';
import type { Client as Ssh2Client } from 'ssh2';
import type { Credentials } from '../../keys/key-ring.ts';
import type { HostIdentity } from '../../known-hosts/known-hosts.ts';
import type { ConnectFailure } from '../../model/outcome.ts';
import { ConnectError } from '../../model/transport.ts';
import type { ResolvedTarget } from '../../ssh-config/resolved-target.ts';
import type { ConnectBudget } from '../connect-budget.ts';
import { offer } from './algorithms.ts';
import { type Question, questionTo } from './answers.ts';
import { authentication } from './authentication.ts';
import { loginFailure } from './connect-failure.ts';
import type { NodeStream } from './dial.ts';
import { forgetKeyPair } from './forget-key-pair.ts';
import { useOwnGcm } from './gcm-packets.ts';
import type { HostKeyCheck } from './host-key-checks.ts';
import { Client } from './ssh2-client.ts';

export interface Login {
  readonly target: ResolvedTarget;
  readonly socket: NodeStream;
  readonly hostKey: HostKeyCheck;
  readonly credentials: Credentials;
  readonly gatewayKeys: readonly ShownHostKey[];
}

/** A host key that was accepted, and by what. */
export interface ShownHostKey {
  readonly host: HostIdentity;
  readonly files: readonly string[];
  readonly key: Buffer;
}

/** An authenticated client and what carries it. */
export interface Connection {
  readonly client: Ssh2Client;
  readonly socket: Duplex;
  /** Whether the server is still there. */
  readonly answers: Question;
  /** Of the gateways on the way, and its own. */
  readonly hostKeys: readonly ShownHostKey[];
}

/**
 * Logs in; the client's later errors are its owner's.
 * @throws ConnectError: `host-key`, `auth`, `unreachable`, or the budget's reason; the socket is then destroyed
 */
export async function logIn(login: Login, budget: ConnectBudget): Promise<Connection> {
  const { target, socket, hostKey } = login;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const client = new Client();
  const attempts = authentication(target.user, login.credentials);
  let shown = Buffer.alloc(0);
  const fail = (error: Error) => {
    const outcome = loginFailure(error, {
      doing: budget.doing,
      refusal: refusalOf(hostKey),
      knownTypes: hostKey.types,
      authentication: attempts.summary(),
    });
    reject(new ConnectError(outcome, { cause: error }));
  };
  const giveUp = () => reject(budget.signal.reason);
  const onError = (error: Error) => {
    // An agent that does not answer is not the end: the next method is tried.
    if ('level' in error && error.level === 'agent') attempts.note(error.message);
    else fail(error);
  };
  const onClose = () => fail(new Error('the node closed the connection'));

  budget.doing = 'waiting for the greeting';
  budget.signal.addEventListener('abort', giveUp, { once: true });
  client.on('error', onError);
  client.once('close', onClose);
  client.once('handshake', () => {
    budget.doing = 'authenticating';
  });
  // After the first key exchange and after each later one.
  client.on('handshake', ({ sc: incoming }) => {
    useOwnGcm(client, socket);
    forgetKeyPair(client);
    // AES-GCM decrypts into new memory at once; of others ssh2 keeps pieces until their packet is whole.
    socket.readsInPlace = incoming.cipher.includes('-gcm');
  });
  client.once('ready', resolve);
  try {
    budget.signal.throwIfAborted();
    if (socket.destroyed) onClose();
    client.connect({
      sock: socket,
      username: target.user,
      readyTimeout: 0,
      keepaliveInterval: target.keepAliveIntervalMs,
      keepaliveCountMax: target.keepAliveCountMax,
      algorithms: offer(target, hostKey.types),
      hostVerifier: (key: Buffer) => {
        budget.doing = 'exchanging keys';
        shown = Buffer.from(key);
        return hostKey.verify(key);
      },
      authHandler: attempts.next,
      // Asks for nothing by itself: only for forwarding, when a command wants it.
      ...(target.agentSocket === undefined ? {} : { agent: target.agentSocket }),
    });
    await promise;
    const own = { host: hostKey.host, files: target.knownHostsFiles, key: shown };
    return { client, socket, answers: questionTo(client), hostKeys: [...login.gatewayKeys, own] };
  } catch (error) {
    // What a given-up connection still reports is of no interest, but must not end the process.
    client.on('error', () => {});
    socket.destroy();
    throw error;
  } finally {
    budget.signal.removeEventListener('abort', giveUp);
    client.off('error', onError);
    client.off('close', onClose);
  }
}

function refusalOf(hostKey: HostKeyCheck): ConnectFailure | undefined {
  const refusal = hostKey.refusal();
  return refusal && { kind: 'host-key', reason: refusal.reason, hint: refusal.hint };
}
