// Writes lines to a reader who may be slow: samples that it does not take in in time are left out and counted, so that
// memory stays bounded and the rest is of now. Events and alerts are never left out.
import type { Writable } from 'node:stream';

/** What waits for the reader. */
const mostWaitingBytes = 4 * 1024 * 1024;

export class BoundedWriter {
  readonly #stream: Writable;
  readonly #mostBytes: number;
  #skipped = 0;

  constructor(stream: Writable, mostBytes: number = mostWaitingBytes) {
    this.#stream = stream;
    this.#mostBytes = mostBytes;
  }

  /** How many texts were left out. */
  get skipped(): number {
    return this.#skipped;
  }

  /** May be left out. */
  offer(text: string): void {
    if (this.#stream.writableLength > this.#mostBytes) this.#skipped += 1;
    else this.insist(text);
  }

  /** Is never left out. */
  insist(text: string): void {
    if (text !== '' && !this.#stream.destroyed) this.#stream.write(text);
  }
}
