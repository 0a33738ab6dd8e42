// The bound on what gathered output may hold in memory, and the temporary file that takes the rest.
// The file has no name from the moment it is open, so that it cannot outlive the process.
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HeorotError } from '@heorot/inventory';

export const largestBlock = 16 * 1024;

export interface SpilledBlock {
  readonly offset: number;
  readonly length: number;
}

/** Something whose blocks can be moved out of memory. */
interface Holder {
  moveOut(): void;
}

export class BlockSpill implements Disposable {
  readonly #limitBytes: number;
  readonly #folder: string;
  readonly #holders = new Set<Holder>();
  #memoryBytes = 0;
  /** Blocks whose bytes are in the file, to be used again: thousands of them would wait for the garbage collector. */
  readonly #free: Buffer[] = [];
  readonly #page = Buffer.allocUnsafeSlow(largestBlock);
  #file: number | undefined;
  #end = 0;

  constructor(limitBytes = 48 * 1024 * 1024, folder: string = tmpdir()) {
    this.#limitBytes = limitBytes;
    this.#folder = folder;
  }

  register(holder: Holder): void {
    this.#holders.add(holder);
  }

  /** A new block; to make room for it, older ones may have to go to the file. */
  block(bytes: number): Buffer {
    this.#memoryBytes += bytes;
    if (this.#memoryBytes > this.#limitBytes) for (const holder of this.#holders) holder.moveOut();
    return (bytes === largestBlock ? this.#free.pop() : undefined) ?? Buffer.allocUnsafeSlow(bytes);
  }

  release(holder: Holder, bytes: number): void {
    this.#holders.delete(holder);
    this.#memoryBytes -= bytes;
  }

  /** @throws HeorotError `spill-failed`, as when the disk is full */
  write(block: Buffer): SpilledBlock {
    try {
      this.#file ??= openNameless(this.#folder);
      let written = 0;
      while (written < block.length) {
        written += writeSync(this.#file, block, written, block.length - written, this.#end + written);
      }
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new HeorotError('spill-failed', `cannot keep the nodes' output in ${this.#folder}: ${reason}`, {
        hint: 'set TMPDIR to a folder with more space, or use --out-dir',
        cause,
      });
    }
    const spilled = { offset: this.#end, length: block.length };
    this.#end += block.length;
    this.#memoryBytes -= block.length;
    if (block.length === largestBlock) this.#free.push(block);
    return spilled;
  }

  /** The bytes are valid until the next read. */
  read({ offset, length }: SpilledBlock): Uint8Array {
    if (this.#file !== undefined) readSync(this.#file, this.#page, 0, length, offset);
    return this.#page.subarray(0, length);
  }

  [Symbol.dispose](): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}

function openNameless(folder: string): number {
  const private_ = mkdtempSync(join(folder, 'heorot-dsh-'));
  try {
    return openSync(join(private_, 'output'), 'wx+', 0o600);
  } finally {
    rmSync(private_, { recursive: true });
  }
}
