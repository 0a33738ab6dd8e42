// Local files in blocks, read once for all the nodes that are about as far: a bounded cache of the newest blocks.
import { open } from 'node:fs/promises';
import { type ByteName, bytesOf } from './byte-name.ts';

const blockBytes = 1024 * 1024;
const cachedBlocks = 40;

export class BlockCache {
  readonly #blocks = new Map<string, Promise<Buffer>>();

  /** Block `index` of a file; shorter than {@link blockBytes} at its end. */
  read(source: ByteName, index: number): Promise<Buffer> {
    const key = `${index} ${source}`;
    const block = this.#blocks.get(key) ?? readBlock(source, index);
    this.#blocks.delete(key);
    this.#blocks.set(key, block);
    if (this.#blocks.size > cachedBlocks) {
      const [oldest] = this.#blocks.keys();
      if (oldest !== undefined) this.#blocks.delete(oldest);
    }
    return block;
  }

  /** A part of a file, in blocks, the next one being read while one is used. */
  async *range(source: ByteName, from: number, to: number): AsyncGenerator<Buffer> {
    for (let at = from; at < to; ) {
      const index = Math.floor(at / blockBytes);
      const start = index * blockBytes;
      const block = await this.read(source, index);
      if (start + blockBytes < to) void this.read(source, index + 1).catch(() => undefined);
      const piece = block.subarray(at - start, Math.min(block.length, to - start));
      if (piece.length === 0) return;
      at += piece.length;
      yield piece;
    }
  }
}

async function readBlock(source: ByteName, index: number): Promise<Buffer> {
  await using file = await open(bytesOf(source), 'r');
  const block = Buffer.allocUnsafe(blockBytes);
  let length = 0;
  while (length < blockBytes) {
    const { bytesRead } = await file.read(block, length, blockBytes - length, index * blockBytes + length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return block.subarray(0, length);
}
