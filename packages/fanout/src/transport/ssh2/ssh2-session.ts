// An authenticated ssh2 connection: starts commands, and knows why it ended.
import type { ClientChannel, ExecOptions } from 'ssh2';
import {
  ConnectError,
  type ExecuteRequest,
  type OutputFilters,
  type Session,
} from '../../model/transport.ts';
import type { ResolvedTarget } from '../../ssh-config/resolved-target.ts';
import { cancelled } from '../connect-budget.ts';
import { sessionRefused } from '../session-refused.ts';
import { networkReason } from './connect-failure.ts';
import { closeConnection } from './connector.ts';
import type { Connection, ShownHostKey } from './login.ts';
import { type Ssh2Channel, ssh2Channel } from './ssh2-channel.ts';

export class Ssh2Session implements Session {
  readonly target: ResolvedTarget;
  readonly ended: Promise<string | undefined>;
  readonly #connection: Connection;
  readonly #lost = Promise.withResolvers<string>();
  #closing = false;
  #heardAt = performance.now();

  constructor(target: ResolvedTarget, connection: Connection) {
    this.target = target;
    this.#connection = connection;
    const { client, socket } = connection;
    socket.on('data', () => {
      this.#heardAt = performance.now();
    });
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    this.ended = promise;
    let reason: string | undefined;
    client.on('error', (error) => {
      reason ??= endReason(error, target);
    });
    client.once('close', () => {
      const why = this.#closing ? undefined : (reason ?? 'the node closed the connection');
      this.#lost.resolve(why ?? 'closed');
      resolve(why);
    });
  }

  /** What was accepted when the connection was made: its own, and those of the gateways on the way. */
  get shownHostKeys(): readonly ShownHostKey[] {
    return this.#connection.hostKeys;
  }

  /** How long ago the node, or a gateway for it, said anything at all. */
  get silentForMs(): number {
    return performance.now() - this.#heardAt;
  }

  /** Whether the node answers within this time; begins nothing on it. */
  answers(withinMs: number): Promise<boolean> {
    return this.#connection.answers(withinMs);
  }

  async execute(request: ExecuteRequest, signal: AbortSignal, filters?: OutputFilters): Promise<Ssh2Channel> {
    if (signal.aborted) throw cancelled(signal);
    const { promise, resolve, reject } = Promise.withResolvers<Ssh2Channel>();
    let givenUp = false;
    const giveUp = () => {
      givenUp = true;
      reject(cancelled(signal));
    };
    const opened = (error: Error | undefined, channel: ClientChannel) => {
      if (error) reject(error);
      else if (givenUp) channel.close();
      // At once: what the node says first may be in the same packet.
      else resolve(ssh2Channel(channel, this.#lost.promise, filters));
    };
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      this.#connection.client.exec(request.command, execOptions(request), opened);
      return await promise;
    } catch (error) {
      throw error instanceof ConnectError ? error : await this.#failure(error);
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing = true;
    await closeConnection(this.#connection);
    await this.ended;
  }

  async #failure(error: unknown): Promise<ConnectError> {
    const message = error instanceof Error ? error.message : String(error);
    if (message === 'No response from server' || message === 'Not connected') {
      return lostBeforeStart(await this.#lost.promise);
    }
    return new ConnectError({ kind: 'unreachable', reason: refusedCommand(message) }, { cause: error });
  }
}

function execOptions(request: ExecuteRequest): ExecOptions {
  const { terminal, forwardAgent } = request;
  return {
    ...(forwardAgent === true ? { agentForward: true } : {}),
    ...(terminal === undefined
      ? {}
      : { pty: { cols: terminal.columns, rows: terminal.rows, term: terminal.term, width: 0, height: 0 } }),
  };
}

function lostBeforeStart(why: string): ConnectError {
  return new ConnectError({
    kind: 'unreachable',
    reason: `connection lost before the command started: ${why}`,
  });
}

/** ssh2's words for SSH_MSG_CHANNEL_OPEN_FAILURE and SSH_MSG_CHANNEL_FAILURE. */
function refusedCommand(message: string): string {
  if (message.includes('Channel open failure')) return `${sessionRefused} (MaxSessions)`;
  if (message === 'Unable to exec') return 'the node refused to run the command';
  if (message.includes('pseudo-terminal')) return 'the node refused a terminal (PermitTTY)';
  if (message.includes('agent forwarding')) return 'the node refused agent forwarding (AllowAgentForwarding)';
  return message;
}

function endReason(error: Error, target: ResolvedTarget): string {
  if (error.message !== 'Keepalive timeout') return networkReason(error);
  return `no answer for ${(target.keepAliveIntervalMs * target.keepAliveCountMax) / 1000} s`;
}
