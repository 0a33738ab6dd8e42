// One end of the socket between a run and the holder: messages as JSON, output and input of commands as raw bytes, each
// in a frame of its own. Frames are written together once a turn of the event loop.
//
//   4 bytes  length of what follows      1 byte  what it is      4 bytes  channel (0 for a message)      the rest
import type { Socket } from 'node:net';

/** Bytes of a command, by the stream they belong to. */
export type DataStream = 'stdin' | 'stdout' | 'stderr';

export interface LinkReader<Incoming> {
  message(message: Incoming): void;
  data(stream: DataStream, channel: number, bytes: Buffer): void;
  /** Everything that was written has left this process. */
  drained?(): void;
}

const headBytes = 9;
const codes = { message: 0, stdin: 1, stdout: 2, stderr: 3 } as const;
const streams: readonly (DataStream | undefined)[] = [undefined, 'stdin', 'stdout', 'stderr'];

/** A command line of 128 KiB, quoted, and its target have room; so has a status of ten thousand connections. */
const longestFrame = 16 * 1024 * 1024;
/** Before the other side has proven who it is. */
const longestGreeting = 4096;

export class Link<Outgoing, Incoming> implements Disposable {
  /** Resolves, never rejects, when the socket is closed. */
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  readonly #reader: LinkReader<Incoming>;
  #rest: Buffer | undefined;
  #corked = false;
  #longest = longestGreeting;

  constructor(socket: Socket, reader: LinkReader<Incoming>) {
    this.#socket = socket;
    this.#reader = reader;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closed = promise;
    socket.on('error', () => socket.destroy());
    socket.once('close', () => resolve());
    socket.on('drain', () => reader.drained?.());
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed && this.#socket.writable;
  }

  /** False: what was written waits in this process; more is better kept back until `drained`. */
  get flows(): boolean {
    return !this.#socket.writableNeedDrain;
  }

  /** The other side is who it says: long frames are read from here on. */
  trust(): void {
    this.#longest = longestFrame;
  }

  send(message: Outgoing): void {
    this.#write(codes.message, 0, Buffer.from(JSON.stringify(message)));
  }

  /** @param written called when the memory of `bytes` may be used again */
  sendData(stream: DataStream, channel: number, bytes: Uint8Array, written?: () => void): void {
    this.#write(codes[stream], channel, bytes, written);
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  #write(code: number, channel: number, bytes: Uint8Array, written?: () => void): void {
    if (!this.isOpen) return written?.();
    if (!this.#corked) {
      this.#corked = true;
      this.#socket.cork();
      setImmediate(() => {
        this.#corked = false;
        this.#socket.uncork();
      });
    }
    const head = Buffer.allocUnsafe(headBytes);
    head.writeUInt32BE(bytes.length + headBytes - 4, 0);
    head.writeUInt8(code, 4);
    head.writeUInt32BE(channel, 5);
    this.#socket.write(head);
    this.#socket.write(bytes, () => written?.());
  }

  #take(chunk: Buffer): void {
    const bytes = this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk]);
    this.#rest = undefined;
    let at = 0;
    while (bytes.length - at >= headBytes) {
      const length = bytes.readUInt32BE(at) + 4;
      if (length < headBytes || length > this.#longest) return void this.#socket.destroy();
      if (bytes.length - at < length) break;
      this.#deliver(bytes.subarray(at, at + length));
      if (this.#socket.destroyed) return;
      at += length;
    }
    if (at < bytes.length) this.#rest = bytes.subarray(at);
  }

  #deliver(frame: Buffer): void {
    const body = frame.subarray(headBytes);
    const code = frame.readUInt8(4);
    const stream = streams[code];
    if (stream !== undefined) return this.#reader.data(stream, frame.readUInt32BE(5), body);
    if (code !== codes.message) return void this.#socket.destroy();
    const message = this.#parse(body);
    if (message === undefined) this.#socket.destroy();
    else this.#reader.message(message);
  }

  /** Undefined for what is no message at all. */
  #parse(body: Buffer): Incoming | undefined {
    try {
      const message = JSON.parse(body.toString());
      return typeof message === 'object' && message !== null ? message : undefined;
    } catch {
      return undefined;
    }
  }
}
