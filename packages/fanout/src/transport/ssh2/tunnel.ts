// A byte stream to a node through a gateway's connection (direct-tcpip, RFC 4254 section 7.2).
import { Duplex } from 'node:stream';
import type { Client, ClientChannel } from 'ssh2';
import { ConnectError } from '../../model/transport.ts';
import type { ConnectBudget } from '../connect-budget.ts';

/** RFC 4254 section 5.1. */
const ADMINISTRATIVELY_PROHIBITED = 1;

/**
 * Opens the way; `gateway` is its name for people.
 * @throws ConnectError `unreachable`, or the budget's reason
 */
export async function tunnel(
  client: Client,
  gateway: string,
  host: string,
  port: number,
  budget: ConnectBudget,
): Promise<Duplex> {
  budget.doing = `connecting to ${host} port ${port} through gateway ${gateway}`;
  const opening = new Promise<ClientChannel>((resolve, reject) => {
    const failed = (error: Error) => {
      const reason = `${refusal(error)}: ${host} port ${port} through gateway ${gateway}`;
      reject(new ConnectError({ kind: 'unreachable', reason }, { cause: error }));
    };
    try {
      client.forwardOut('127.0.0.1', 0, host, port, (error, channel) =>
        error ? failed(error) : resolve(channel),
      );
    } catch (error) {
      failed(error instanceof Error ? error : new Error(String(error)));
    }
  });
  try {
    return new TunnelSocket(await budget.race(opening));
  } catch (error) {
    opening.then((late) => late.close()).catch(() => {});
    throw error;
  }
}

function refusal(error: Error): string {
  if ('reason' in error && error.reason === ADMINISTRATIVELY_PROHIBITED) return 'forwarding is forbidden';
  const described = /^\(SSH\) Channel open failure: (.*)$/.exec(error.message)?.[1];
  return (described ?? error.message).toLowerCase();
}

/** ssh2's channel as a socket that closes when it is destroyed, also when the gateway no longer answers. */
class TunnelSocket extends Duplex {
  readonly #channel: ClientChannel;

  constructor(channel: ClientChannel) {
    super({ allowHalfOpen: true });
    this.#channel = channel;
    channel.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) channel.pause();
    });
    channel.once('end', () => this.push(null));
    channel.once('close', () => this.destroy());
    channel.on('error', (error: Error) => this.destroy(error));
    channel.stderr.resume();
  }

  override _read(): void {
    this.#channel.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#channel.write(chunk, done);
  }

  override _final(done: () => void): void {
    this.#channel.end();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#channel.close();
    done(error);
  }
}
