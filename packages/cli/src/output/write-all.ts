// Writing at the pace of the reader: a slow terminal or pipe holds the run back instead of filling memory.
import type { Writable } from 'node:stream';

/**
 * Writes a chunk and waits while the stream is full.
 * @throws the stream's error (EPIPE when the reader is gone)
 */
export async function writeAll(stream: Writable, chunk: string | Uint8Array): Promise<void> {
  if (stream.errored !== null) throw stream.errored;
  if (stream.write(chunk)) return;
  await drained(stream);
}

/** Waits until everything written so far has been handed to the system. */
export async function flush(stream: Writable): Promise<void> {
  if (stream.errored !== null || stream.destroyed || stream.writableLength === 0) return;
  await new Promise<void>((resolve) => {
    stream.write('', () => resolve());
  });
}

function drained(stream: Writable): Promise<void> {
  if (!stream.writableNeedDrain) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const settle = (outcome: () => void) => {
      stream.off('drain', onDrain).off('error', onError).off('close', onClose);
      outcome();
    };
    const onDrain = () => settle(resolve);
    const onError = (error: Error) => settle(() => reject(error));
    const onClose = () => settle(() => reject(stream.errored ?? new Error('the stream was closed')));
    stream.on('drain', onDrain).on('error', onError).on('close', onClose);
  });
}
