// The two ends of a command's standard streams as every transport hands them out, whatever carries them.
import { Readable, Writable } from 'node:stream';
import type { OutputFilters } from '../model/transport.ts';

const CHUNKS_AHEAD = 64 * 1024;

/** A command's stdout or stderr. */
export interface Output {
  readonly stream: Readable;
  /** Resolves when the reader has had the last byte, or has destroyed the stream. */
  readonly delivered: Promise<void>;
  /** Nothing more comes, although the source did not end. */
  cut(): void;
}

/**
 * Reads `source` at its reader's pace. Destroying the stream (leaving a `for await` early) drops what follows
 * and keeps the source flowing: the other output shares its window.
 */
export function outputOf(source: Readable, filtered?: OutputFilters['stdout']): Output {
  const { promise: delivered, resolve } = Promise.withResolvers<void>();
  let open = true;
  const stream = new Readable({
    highWaterMark: CHUNKS_AHEAD,
    read: () => source.resume(),
    destroy(error, done) {
      open = false;
      source.resume();
      resolve();
      done(error);
    },
  });
  const pass = (chunk: Buffer) => {
    if (open && !stream.push(chunk)) source.pause();
  };
  const filter = filtered?.(pass);
  const cut = () => {
    if (!open) return;
    filter?.release();
    open = false;
    stream.push(null);
    // With nothing left to hand over, the end is delivered even if nobody reads.
    if (stream.readableLength === 0) stream.read(0);
  };
  stream.once('end', resolve);
  source.on('data', filter === undefined ? pass : (chunk: Buffer) => filter.write(chunk));
  source.once('end', cut);
  source.once('close', cut);
  source.on('error', cut);
  return { stream, delivered, cut };
}

/** A command's stdin. */
export interface Input {
  readonly stream: Writable;
  /** The command takes no more: what is still written is dropped, and the stream closes without an error. */
  cut(): void;
}

/** Writes to `sink` at its pace; a sink that fails (the command ended without reading) ends it quietly. */
export function inputOf(sink: Writable): Input {
  let waiting: (() => void) | undefined;
  const stream = new Writable({
    highWaterMark: CHUNKS_AHEAD,
    write(chunk, _encoding, done) {
      waiting = done;
      sink.write(chunk, (error) => {
        if (error) cut();
        if (waiting !== done) return;
        waiting = undefined;
        done();
      });
    },
    final(done) {
      sink.end();
      done();
    },
    destroy(error, done) {
      // Destroyed before its end: the command sees an end of file, as when a local writer dies.
      if (!sink.writableEnded && !sink.destroyed) sink.end();
      done(error);
    },
  });
  const cut = () => {
    const done = waiting;
    waiting = undefined;
    done?.();
    stream.destroy();
  };
  sink.on('error', cut);
  sink.once('close', cut);
  return { stream, cut };
}
