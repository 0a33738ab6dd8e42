// Local files in blocks, read once for all the nodes that are about as far: a bounded cache of the newest blocks, whose
// memory is used again.
import { type FileHandle, open } from 'node:fs/promises';
import { type ByteName, bytesOf } from './byte-name.ts';

const blockBytes = 1024 * 1024;
const cachedBlocks = 16;

interface Block {
  readonly memory: Buffer;
  /** What was read into it; shorter at the file's end. */
  readonly content: Promise<Buffer>;
  /** Who still looks at it, the cache included. */
  holders: number;
}

export class BlockCache {
  readonly #blocks = new Map<string, Block>();
  readonly #spare: Buffer[] = [];

  /** The beginning of a file: all of one that is no longer than a block. The bytes are the caller's for good. */
  async beginning(source: ByteName): Promise<Buffer> {
    await using file = await open(bytesOf(source), 'r');
    return await this.#hold(source, 0, file).content;
  }

  /** A part of a file, in pieces, the next one being read while one is used. A piece is good until the next is asked for. */
  async *range(source: ByteName, from: number, to: number): AsyncGenerator<Buffer> {
    await using file = await open(bytesOf(source), 'r');
    let ahead: Promise<unknown> = Promise.resolve();
    try {
      for (let at = from; at < to; ) {
        const index = Math.floor(at / blockBytes);
        const start = index * blockBytes;
        const block = this.#hold(source, index, file);
        using _ = { [Symbol.dispose]: () => this.#letGo(block) };
        const content = await block.content;
        if (start + blockBytes < to) ahead = this.#readAhead(source, index + 1, file);
        const piece = content.subarray(at - start, Math.min(content.length, to - start));
        if (piece.length === 0) return;
        at += piece.length;
        yield piece;
      }
    } finally {
      // Somebody else may be waiting for the block that is being read through this file.
      await ahead;
    }
  }

  /** Resolves, never rejects: whoever wants the block will hear of the error. */
  async #readAhead(source: ByteName, index: number, file: FileHandle): Promise<void> {
    const block = this.#hold(source, index, file);
    await block.content.catch(() => undefined);
    this.#letGo(block);
  }

  #hold(source: ByteName, index: number, file: FileHandle): Block {
    const key = `${index} ${source}`;
    const block = this.#blocks.get(key) ?? this.#read(index, file);
    this.#blocks.delete(key);
    this.#blocks.set(key, block);
    block.holders += 1;
    const [oldest] = this.#blocks;
    if (this.#blocks.size > cachedBlocks && oldest !== undefined) {
      this.#blocks.delete(oldest[0]);
      this.#letGo(oldest[1]);
    }
    return block;
  }

  #read(index: number, file: FileHandle): Block {
    const memory = this.#spare.pop() ?? Buffer.allocUnsafeSlow(blockBytes);
    const content = readInto(memory, file, index * blockBytes);
    content.catch(() => undefined);
    return { memory, content, holders: 1 };
  }

  #letGo(block: Block): void {
    block.holders -= 1;
    if (block.holders === 0 && this.#spare.length < cachedBlocks) this.#spare.push(block.memory);
  }
}

async function readInto(memory: Buffer, file: FileHandle, position: number): Promise<Buffer> {
  let length = 0;
  while (length < memory.length) {
    const { bytesRead } = await file.read(memory, length, memory.length - length, position + length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return memory.subarray(0, length);
}
