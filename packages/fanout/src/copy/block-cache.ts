// Local files in blocks, read once for all the nodes that are about as far: a bounded cache of the newest blocks.
import { type FileHandle, open } from 'node:fs/promises';
import { type ByteName, bytesOf } from './byte-name.ts';

const blockBytes = 1024 * 1024;
const cachedBlocks = 40;

export class BlockCache {
  readonly #blocks = new Map<string, Promise<Buffer>>();

  /** The beginning of a file: all of one that is no longer than a block. */
  async beginning(source: ByteName): Promise<Buffer> {
    await using file = await open(bytesOf(source), 'r');
    return await this.#read(source, 0, file);
  }

  /** A part of a file, in blocks, the next one being read while one is used. */
  async *range(source: ByteName, from: number, to: number): AsyncGenerator<Buffer> {
    await using file = await open(bytesOf(source), 'r');
    let ahead: Promise<unknown> = Promise.resolve();
    try {
      for (let at = from; at < to; ) {
        const index = Math.floor(at / blockBytes);
        const start = index * blockBytes;
        const block = await this.#read(source, index, file);
        if (start + blockBytes < to) ahead = this.#read(source, index + 1, file).catch(() => undefined);
        const piece = block.subarray(at - start, Math.min(block.length, to - start));
        if (piece.length === 0) return;
        at += piece.length;
        yield piece;
      }
    } finally {
      // Somebody else may be waiting for the block that is being read through this file.
      await ahead;
    }
  }

  /** Block `index` of a file; shorter than {@link blockBytes} at its end. */
  #read(source: ByteName, index: number, file: FileHandle): Promise<Buffer> {
    const key = `${index} ${source}`;
    const block = this.#blocks.get(key) ?? readBlock(file, index);
    this.#blocks.delete(key);
    this.#blocks.set(key, block);
    if (this.#blocks.size > cachedBlocks) {
      const [oldest] = this.#blocks.keys();
      if (oldest !== undefined) this.#blocks.delete(oldest);
    }
    return block;
  }
}

async function readBlock(file: FileHandle, index: number): Promise<Buffer> {
  const block = Buffer.allocUnsafe(blockBytes);
  let length = 0;
  while (length < blockBytes) {
    const { bytesRead } = await file.read(block, length, blockBytes - length, index * blockBytes + length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return block.subarray(0, length);
}
