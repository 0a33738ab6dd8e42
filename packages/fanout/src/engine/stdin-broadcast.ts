// One input for every node. It is read at the pace of the slowest node that still takes it, with a window of memory
// in between. A node that takes nothing for a while does not hold up the others: from then on it, like a node that
// starts later, is served from a private temporary file, so that nobody loses a byte.
import type { Readable, Writable } from 'node:stream';
import type { Deadlines } from './deadlines.ts';
import { InputLog } from './input-log.ts';

export interface BroadcastOptions {
  /** How far the fastest node may be ahead of the slowest. */
  readonly bufferBytes: number;
  readonly clock: Deadlines;
  /** Whether nodes are still to come, which will want the input from its first byte. */
  readonly moreReaders: () => boolean;
  /** The input cannot be kept for slower nodes: ends the run. */
  readonly fail: (error: unknown) => void;
  /** A node that took nothing for this long is no longer waited for; 10 s. */
  readonly patienceMs?: number;
}

export class StdinBroadcast implements AsyncDisposable {
  readonly #source: Readable;
  readonly #options: BroadcastOptions;
  readonly #log: InputLog;
  readonly #readers = new Set<Reader>();
  #ended = false;
  #started = false;
  /** Somebody is a window behind, and will be looked at again. */
  #waiting = false;

  constructor(source: Readable, options: BroadcastOptions) {
    this.#source = source;
    this.#options = options;
    this.#log = new InputLog(options.bufferBytes);
  }

  /** The input has ended, and held nothing: as good as none. */
  get isEmpty(): boolean {
    return this.#ended && this.#log.end === 0;
  }

  /** Writes the whole input to `sink` at its pace, then ends it; returns at once. */
  feed(sink: Writable): void {
    const reader: Reader = { sink, at: 0, movedAt: performance.now(), busy: false };
    this.#readers.add(reader);
    const leave = () => {
      this.#readers.delete(reader);
      this.#regulate();
    };
    sink.once('close', leave);
    sink.once('error', leave);
    this.#start();
    void this.#serve(reader);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#readers.clear();
    this.#source.off('data', this.#onData);
    this.#source.pause();
    await this.#log[Symbol.asyncDispose]();
  }

  #start(): void {
    if (this.#started) return;
    this.#started = true;
    this.#source.on('data', this.#onData);
    const end = () => {
      this.#ended = true;
      this.#serveAll();
    };
    this.#source.once('end', end);
    this.#source.once('close', end);
    this.#source.once('error', end);
  }

  readonly #onData = (chunk: Buffer | string): void => {
    try {
      this.#log.append(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
    } catch (error) {
      this.#source.off('data', this.#onData);
      return this.#options.fail(error);
    }
    this.#serveAll();
    this.#regulate();
  };

  #serveAll(): void {
    for (const reader of this.#readers) if (!reader.busy) void this.#serve(reader);
  }

  async #serve(reader: Reader): Promise<void> {
    reader.busy = true;
    while (this.#readers.has(reader) && reader.at < this.#log.end) {
      const chunk = this.#log.read(reader.at) ?? (await this.#log.readFile(reader.at));
      if (!this.#readers.has(reader)) return;
      reader.at += chunk.length;
      reader.movedAt = performance.now();
      const more = reader.sink.write(chunk);
      this.#regulate();
      if (!more) await drained(reader.sink);
      reader.movedAt = performance.now();
    }
    reader.busy = false;
    if (this.#ended && this.#readers.has(reader) && reader.at >= this.#log.end) {
      this.#readers.delete(reader);
      reader.sink.end();
    }
  }

  /** Reads on unless a node that is worth waiting for is a whole window behind; forgets what nobody needs. */
  #regulate(): void {
    const patience = this.#options.patienceMs ?? 10_000;
    const now = performance.now();
    let slowest = this.#log.end;
    let needed = this.#options.moreReaders() ? 0 : this.#log.end;
    for (const { at, movedAt } of this.#readers) {
      needed = Math.min(needed, at);
      if (now - movedAt < patience) slowest = Math.min(slowest, at);
    }
    this.#log.forget(needed);
    if (this.#log.end - slowest <= this.#options.bufferBytes) {
      if (this.#source.isPaused()) this.#source.resume();
      return;
    }
    this.#source.pause();
    if (this.#waiting) return;
    this.#waiting = true;
    this.#options.clock.after(patience, () => {
      this.#waiting = false;
      this.#regulate();
    });
  }
}

interface Reader {
  readonly sink: Writable;
  /** Offset in the input of the next byte for this node. */
  at: number;
  movedAt: number;
  busy: boolean;
}

function drained(sink: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      sink.off('drain', done);
      sink.off('close', done);
      resolve();
    };
    sink.on('drain', done);
    sink.on('close', done);
    if (sink.destroyed) done();
  });
}
