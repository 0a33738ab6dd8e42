// Collects what renderers write into large blocks and passes the stream's backpressure on.
// Where a stream is the process's own, blocks are used again once the system has taken them, which it does at once for
// files, pipes and terminals: a hundred megabytes of output leave no garbage behind.
import type { Writable } from 'node:stream';

export interface ByteSink {
  /** The bytes are copied or written before it returns. */
  write(data: Uint8Array | string): void;
  /** Room in the output, to be filled at once: saves a copy. */
  reserve(length: number): Uint8Array;
  /** Makes whole lines of a node harmless where this is a terminal; absent = bytes pass unchanged. */
  readonly harmless: ((lines: Uint8Array) => Uint8Array) | undefined;
  /** What a renderer returns from `event`: a promise while the reader is behind, else undefined. */
  pressure(): Promise<void> | undefined;
  /** Resolves when all has been handed to the system, or the reader is gone. */
  flush(): Promise<void>;
  /** Nobody reads any more (`| head`): what is written is dropped. */
  readonly gone: boolean;
}

export interface SinkOptions {
  /** Neutralises escape sequences; given for a terminal only. */
  readonly harmless?: ((lines: Uint8Array) => Uint8Array) | undefined;
  /** Writes in place of the stream itself, so that a status block can make room. */
  readonly write?: ((stream: Writable, data: Uint8Array) => Promise<void>) | undefined;
}

const blockBytes = 256 * 1024;

/**
 * Sinks for stdout and stderr that keep their order: what goes to one is written before what comes later for the other.
 */
export function createSinks(
  streams: { readonly stdout: Writable; readonly stderr: Writable },
  options: { readonly stdout?: SinkOptions; readonly stderr?: SinkOptions } = {},
): { readonly stdout: ByteSink; readonly stderr: ByteSink } {
  const stdout = new BlockSink(streams.stdout, options.stdout ?? {}, () => stderr.handOver());
  const stderr: BlockSink = new BlockSink(streams.stderr, options.stderr ?? {}, () => stdout.handOver());
  return { stdout, stderr };
}

class BlockSink implements ByteSink {
  readonly harmless: ByteSink['harmless'];
  readonly #stream: Writable;
  readonly #options: SinkOptions;
  readonly #before: () => void;
  #block = Buffer.alloc(0);
  #used = 0;
  #scheduled = false;
  #full: Promise<void> | undefined;
  #gone = false;

  constructor(stream: Writable, options: SinkOptions, before: () => void) {
    this.harmless = options.harmless;
    this.#stream = stream;
    this.#options = options;
    this.#before = before;
    // Node's own stdout forgets that it failed, so it has to be remembered here.
    stream.on('error', () => {
      this.#gone = true;
    });
  }

  get gone(): boolean {
    return this.#gone || this.#stream.destroyed || this.#stream.writableEnded;
  }

  write(data: Uint8Array | string): void {
    const bytes = typeof data === 'string' ? Buffer.from(data) : data;
    if (bytes.length > 0) this.reserve(bytes.length).set(bytes);
  }

  reserve(length: number): Uint8Array {
    if (this.#used === 0) this.#before();
    if (this.#used + length > this.#block.length) {
      this.handOver();
      if (this.#block.length < length) this.#block = Buffer.allocUnsafeSlow(Math.max(blockBytes, length));
    }
    this.#used += length;
    this.#schedule();
    return this.#block.subarray(this.#used - length, this.#used);
  }

  pressure(): Promise<void> | undefined {
    return this.#full;
  }

  async flush(): Promise<void> {
    this.handOver();
    await this.#full;
    await written(this.#stream);
  }

  handOver(): void {
    if (this.#used === 0) return;
    const block = this.#block;
    const data = block.subarray(0, this.#used);
    this.#used = 0;
    this.#block = Buffer.alloc(0);
    if (this.gone) return;
    if (this.#options.write === undefined) this.#stream.write(data);
    // A reader that went away ends the run by the context's signal; here it is no error.
    else this.#options.write(this.#stream, data).catch(() => undefined);
    if (this.#stream.writableNeedDrain) this.#full ??= this.#untilDrained();
    if (isOfProcess(this.#stream) && this.#stream.writableLength === 0 && block.length === blockBytes) {
      this.#block = block;
    }
  }

  /** Small writes of one turn of the event loop go out together. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.handOver();
    });
  }

  async #untilDrained(): Promise<void> {
    await firstOf(this.#stream, ['drain', 'close', 'error']);
    this.#full = undefined;
  }
}

/** Any other stream may keep what it was given. */
function isOfProcess(stream: Writable): boolean {
  return 'fd' in stream && typeof stream.fd === 'number';
}

/** `close` and `error` as well: a reader that went away (`| head`) must not hang the run. */
function firstOf(stream: Writable, events: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      for (const event of events) stream.off(event, done);
      resolve();
    };
    for (const event of events) stream.on(event, done);
  });
}

/** Not by `drain`, which comes only after a write that was asked to wait. */
function written(stream: Writable): Promise<void> {
  if (stream.destroyed || stream.writableEnded || stream.writableLength === 0) return Promise.resolve();
  return new Promise((resolve) => {
    stream.write('', () => resolve());
  });
}
