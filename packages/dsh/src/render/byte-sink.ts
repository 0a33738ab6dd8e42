// Collects what renderers write into large pieces and passes the stream's backpressure on.
// On a terminal a status block makes room for each write.
import type { Writable } from 'node:stream';

export interface ByteSink {
  write(data: Uint8Array | string): void;
  /** Makes whole lines of a node harmless where this is a terminal; absent = bytes pass unchanged. */
  readonly harmless: ((lines: Uint8Array) => Uint8Array) | undefined;
  /** What a renderer returns from `event`: a promise while the reader is behind, else undefined. */
  pressure(): Promise<void> | undefined;
  /** Resolves when all has been handed to the system, or the reader is gone. */
  flush(): Promise<void>;
}

export interface SinkOptions {
  /** Neutralises escape sequences; given for a terminal only. */
  readonly harmless?: ((lines: Uint8Array) => Uint8Array) | undefined;
  /** Writes in place of the stream itself, so that a status block can make room. */
  readonly write?: ((stream: Writable, data: Uint8Array) => Promise<void>) | undefined;
}

const flushAtBytes = 256 * 1024;

/**
 * Sinks for stdout and stderr that keep their order: what goes to one is written before what comes later for the other.
 */
export function createSinks(
  streams: { readonly stdout: Writable; readonly stderr: Writable },
  options: { readonly stdout?: SinkOptions; readonly stderr?: SinkOptions } = {},
): { readonly stdout: ByteSink; readonly stderr: ByteSink } {
  const stdout = new BufferedSink(streams.stdout, options.stdout ?? {}, () => stderr.drain());
  const stderr: BufferedSink = new BufferedSink(streams.stderr, options.stderr ?? {}, () => stdout.drain());
  return { stdout, stderr };
}

class BufferedSink implements ByteSink {
  readonly harmless: ByteSink['harmless'];
  readonly #stream: Writable;
  readonly #options: SinkOptions;
  readonly #before: () => void;
  #pieces: Uint8Array[] = [];
  #bytes = 0;
  #scheduled = false;
  #full: Promise<void> | undefined;

  constructor(stream: Writable, options: SinkOptions, before: () => void) {
    this.harmless = options.harmless;
    this.#stream = stream;
    this.#options = options;
    this.#before = before;
  }

  write(data: Uint8Array | string): void {
    if (data.length === 0) return;
    if (this.#bytes === 0) this.#before();
    const bytes = typeof data === 'string' ? Buffer.from(data) : data;
    this.#pieces.push(bytes);
    this.#bytes += bytes.length;
    if (this.#bytes >= flushAtBytes) this.drain();
    else this.#schedule();
  }

  pressure(): Promise<void> | undefined {
    return this.#full;
  }

  async flush(): Promise<void> {
    this.drain();
    await this.#full;
    await written(this.#stream);
  }

  /** Hands over what has been collected. */
  drain(): void {
    if (this.#bytes === 0) return;
    const data = Buffer.concat(this.#pieces, this.#bytes);
    this.#pieces = [];
    this.#bytes = 0;
    if (this.#stream.destroyed || this.#stream.writableEnded) return;
    if (this.#options.write === undefined) this.#stream.write(data);
    // A reader that went away ends the run by the context's signal; here it is no error.
    else this.#options.write(this.#stream, data).catch(() => undefined);
    if (this.#stream.writableNeedDrain) this.#full ??= this.#untilDrained();
  }

  /** Small writes of one turn of the event loop go out together. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.drain();
    });
  }

  async #untilDrained(): Promise<void> {
    await firstOf(this.#stream, ['drain', 'close', 'error']);
    this.#full = undefined;
  }
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

function written(stream: Writable): Promise<void> {
  if (stream.destroyed || stream.writableEnded || stream.writableLength === 0) return Promise.resolve();
  return firstOf(stream, ['drain', 'close', 'error']);
}
