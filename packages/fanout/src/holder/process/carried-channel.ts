// One command between the node and a run: bytes go on as far as the other side has given credit and the socket takes them.
import type { ChannelEnd } from '../../model/transport.ts';
import type { Ssh2Channel } from '../../transport/ssh2/ssh2-channel.ts';
import type { Link } from '../wire/link.ts';
import { type HolderMessage, type RunMessage, windowBytes } from '../wire/messages.ts';

type Stream = 'stdout' | 'stderr';

export class CarriedChannel {
  readonly #id: number;
  readonly #channel: Ssh2Channel;
  readonly #link: Link<HolderMessage, RunMessage>;
  readonly #credit = { stdout: windowBytes, stderr: windowBytes };
  /** Input that the node has taken and the run does not know of yet. */
  #taken = 0;

  constructor(id: number, channel: Ssh2Channel, link: Link<HolderMessage, RunMessage>) {
    this.#id = id;
    this.#channel = channel;
    this.#link = link;
    this.#carry('stdout');
    this.#carry('stderr');
    channel.stdin.on('error', () => undefined);
    channel.stdin.once('close', () => link.send({ kind: 'input-closed', channel: id }));
  }

  get ended(): Promise<ChannelEnd> {
    return this.#channel.ended;
  }

  input(bytes: Buffer): void {
    this.#channel.stdin.write(bytes, () => {
      this.#taken += bytes.length;
      if (this.#taken < windowBytes / 2) return;
      this.#link.send({ kind: 'input-credit', channel: this.#id, bytes: this.#taken });
      this.#taken = 0;
    });
  }

  endInput(): void {
    this.#channel.stdin.end();
  }

  credit(stream: Stream, bytes: number): void {
    this.#credit[stream] += bytes;
    this.flow();
  }

  /** Goes on after the socket or the run had enough. */
  flow(): void {
    for (const stream of ['stdout', 'stderr'] as const) {
      if (this.#mayFlow(stream)) this.#channel[stream].resume();
    }
  }

  resize(columns: number, rows: number): void {
    this.#channel.resize(columns, rows);
  }

  /** Gives the command up; true when the node confirms within this time that its process has ended. */
  async close(confirmedWithinMs: number): Promise<boolean> {
    this.#channel.close();
    const { promise: late, resolve } = Promise.withResolvers<boolean>();
    const patience = setTimeout(resolve, confirmedWithinMs, false);
    const confirmed = this.#channel.closedByNode.then(() => true);
    try {
      return await Promise.race([confirmed, late]);
    } finally {
      clearTimeout(patience);
    }
  }

  #carry(stream: Stream): void {
    this.#channel[stream].on('data', (bytes: Buffer) => {
      this.#credit[stream] -= bytes.length;
      this.#link.sendData(stream, this.#id, bytes);
      if (!this.#mayFlow(stream)) this.#channel[stream].pause();
    });
  }

  #mayFlow(stream: Stream): boolean {
    return this.#credit[stream] > 0 && this.#link.flows;
  }
}
