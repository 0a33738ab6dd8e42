// A command on a held connection, as the run sees it: the contract of model/transport.ts over the holder's socket.
// Credit in both directions keeps a fast side at the pace of the slow one.
import { Readable, Writable } from 'node:stream';
import type { Channel, ChannelEnd } from '../../model/transport.ts';
import { type RunMessage, windowBytes } from '../wire/messages.ts';

/** What a channel says to the holder. */
export interface ChannelWire {
  send(message: RunMessage): void;
  /** @param written called when the memory of `bytes` may be used again */
  sendInput(channel: number, bytes: Uint8Array, written: () => void): void;
}

const aheadBytes = 64 * 1024;
/** Input goes in pieces, so that other channels get their turn. */
const pieceBytes = 32 * 1024;

export class HeldChannel implements Channel {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly ended: Promise<ChannelEnd>;
  readonly #id: number;
  readonly #wire: ChannelWire;
  readonly #outputs: { readonly stdout: Inflow; readonly stderr: Inflow };
  readonly #input: Outflow;
  readonly #end = Promise.withResolvers<ChannelEnd>();

  constructor(id: number, wire: ChannelWire) {
    this.#id = id;
    this.#wire = wire;
    const inflow = (stream: 'stdout' | 'stderr') =>
      new Inflow((bytes) => wire.send({ kind: 'credit', channel: id, stream, bytes }));
    this.#outputs = { stdout: inflow('stdout'), stderr: inflow('stderr') };
    this.#input = new Outflow(id, wire);
    this.stdin = this.#input.stream;
    this.stdout = this.#outputs.stdout.stream;
    this.stderr = this.#outputs.stderr.stream;
    const delivered = [this.#outputs.stdout.delivered, this.#outputs.stderr.delivered];
    this.ended = Promise.all([this.#end.promise, ...delivered]).then(([end]) => end);
  }

  output(stream: 'stdout' | 'stderr', bytes: Buffer): void {
    this.#outputs[stream].push(bytes);
  }

  inputCredit(bytes: number): void {
    this.#input.credit(bytes);
  }

  inputClosed(): void {
    this.#input.cut();
  }

  /** Nothing more comes: the command has ended, or what carried it has. */
  finish(end: ChannelEnd): void {
    this.#input.cut();
    this.#end.resolve(end);
    this.#outputs.stdout.finish();
    this.#outputs.stderr.finish();
  }

  resize(columns: number, rows: number): void {
    this.#wire.send({ kind: 'resize', channel: this.#id, columns, rows });
  }

  close(): void {
    this.#wire.send({ kind: 'close', channel: this.#id });
    this.#end.resolve({ kind: 'lost', reason: 'closed' });
    this.stdout.destroy();
    this.stderr.destroy();
    this.#input.cut();
  }
}

/** One output: what the reader has taken is given back as credit, half a window at a time. */
class Inflow {
  readonly stream: Readable;
  readonly delivered: Promise<void>;
  readonly #grant: (bytes: number) => void;
  #open = true;
  #owed = 0;
  /** The reader's buffer is full: nothing is granted before it asks for more. */
  #full = false;

  constructor(grant: (bytes: number) => void) {
    this.#grant = grant;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.delivered = promise;
    this.stream = new Readable({
      highWaterMark: aheadBytes,
      read: () => this.#takeMore(),
      destroy: (error, done) => {
        this.#open = false;
        // What follows is dropped, and must not stop the other output.
        this.#takeMore();
        resolve();
        done(error);
      },
    });
    this.stream.once('end', resolve);
  }

  push(bytes: Buffer): void {
    this.#owed += bytes.length;
    if (this.#open && !this.stream.push(bytes)) this.#full = true;
    else this.#pay();
  }

  finish(): void {
    if (!this.#open) return;
    this.#open = false;
    this.stream.push(null);
    // With nothing left to hand over, the end is delivered even if nobody reads.
    if (this.stream.readableLength === 0) this.stream.read(0);
  }

  #takeMore(): void {
    this.#full = false;
    this.#pay();
  }

  #pay(): void {
    if (this.#full || this.#owed < windowBytes / 2) return;
    this.#grant(this.#owed);
    this.#owed = 0;
  }
}

/** The input: writes wait for credit. */
class Outflow {
  readonly stream: Writable;
  #credit = windowBytes;
  #unwritten = 0;
  #waiting: (() => void) | undefined;

  constructor(id: number, wire: ChannelWire) {
    this.stream = new Writable({
      highWaterMark: aheadBytes,
      write: (chunk: Buffer, _encoding, done) => {
        this.#waiting = done;
        this.#credit -= chunk.length;
        this.#unwritten = Math.ceil(chunk.length / pieceBytes);
        const written = () => {
          this.#unwritten -= 1;
          this.#releaseIfTaken();
        };
        for (let at = 0; at < chunk.length; at += pieceBytes) {
          wire.sendInput(id, chunk.subarray(at, at + pieceBytes), written);
        }
        this.#releaseIfTaken();
      },
      final: (done) => {
        wire.send({ kind: 'input-end', channel: id });
        done();
      },
      destroy: (error, done) => {
        // Destroyed before its end: the command sees an end of file, as when a local writer dies.
        if (!this.stream.writableFinished) wire.send({ kind: 'input-end', channel: id });
        done(error);
      },
    });
    // A channel that is never written to would else keep an error nobody hears.
    this.stream.on('error', () => {});
  }

  credit(bytes: number): void {
    this.#credit += bytes;
    this.#releaseIfTaken();
  }

  /** The command takes no more: what is still written is dropped, and the stream closes without an error. */
  cut(): void {
    this.#release();
    this.stream.destroy();
  }

  #releaseIfTaken(): void {
    if (this.#credit > 0 && this.#unwritten === 0) this.#release();
  }

  #release(): void {
    const done = this.#waiting;
    this.#waiting = undefined;
    done?.();
  }
}
