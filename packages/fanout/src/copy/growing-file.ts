// A single file of a fetch: written while more comes, and digested from the disk as it grows, both beside the thread that
// decrypts.
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { type ByteName, joinNames } from './byte-name.ts';
import type { GrowingDigest } from './digest-thread.ts';
import type { FileDigests } from './file-digests.ts';
import { cannotWrite, openPart } from './place-file.ts';
import { type FileEntry, partPath } from './tree-entry.ts';

/** Of one file, waiting for the disk. */
const pendingBytes = 1024 * 1024;

export class GrowingFile implements AsyncDisposable {
  readonly #part: ByteName;
  readonly #out: WriteStream;
  readonly #from: number;
  readonly #digest: GrowingDigest;
  #size: number;
  #room: Promise<void> | undefined;

  /** @param from bytes of an earlier part that are kept; 0 begins anew */
  constructor(root: ByteName, entry: FileEntry, from: number, digests: FileDigests) {
    this.#part = joinNames(root, partPath(entry));
    this.#from = from;
    this.#size = from;
    const fd = openPart(root, entry, from);
    this.#out = createWriteStream('', { fd, highWaterMark: pendingBytes });
    // It is heard by whoever waits for room or for the end.
    this.#out.on('error', () => undefined);
    this.#digest = digests.growing(this.#part, entry.size);
  }

  /** Bytes, with those that were kept. */
  get size(): number {
    return this.#size;
  }

  /**
   * Returns what to wait for before the next piece, if the disk lags behind.
   * @throws HeorotError `fetch-place`, now or later
   */
  write(piece: Buffer): Promise<void> | undefined {
    if (this.#out.errored !== null) throw cannotWrite(this.#part, this.#out.errored);
    this.#size += piece.length;
    if (this.#out.write(piece, () => this.#digest.upTo(this.#from + this.#out.bytesWritten)))
      return undefined;
    this.#room ??= this.#drained();
    return this.#room;
  }

  /**
   * SHA-256 of the whole file as it is on the disk, with what was kept; nothing can be written any more.
   * @throws HeorotError `fetch-place`
   */
  async digest(): Promise<string> {
    this.#out.end();
    await this.#written(finished(this.#out));
    return await this.#digest.finish(this.#size);
  }

  async #drained(): Promise<void> {
    await this.#written(once(this.#out, 'drain'));
    this.#room = undefined;
  }

  async #written(work: Promise<unknown>): Promise<void> {
    try {
      await work;
    } catch (error) {
      throw cannotWrite(this.#part, error);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#digest[Symbol.dispose]();
    if (this.#out.closed) return;
    this.#out.destroy();
    await once(this.#out, 'close');
  }
}
