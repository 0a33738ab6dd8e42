// What one node wrote, growing at its end, in blocks: nothing is copied when it grows, and past a bound shared by
// all logs of a run the blocks move to a temporary file.
import { createHash, type Hash } from 'node:crypto';
import { type BlockSpill, largestBlock, type SpilledBlock } from './block-spill.ts';

const firstBlockBytes = 512;

export class ByteLog {
  readonly #spill: BlockSpill;
  #full: (Buffer | SpilledBlock)[] = [];
  #open: Buffer = Buffer.alloc(0);
  #used = 0;
  #hash: Hash | undefined;
  #size = 0;

  constructor(spill: BlockSpill) {
    this.#spill = spill;
    spill.register(this);
  }

  get size(): number {
    return this.#size;
  }

  append(data: Uint8Array): void {
    this.#size += data.length;
    let from = 0;
    while (from < data.length) {
      if (this.#used === this.#open.length) this.#grow();
      const part = data.subarray(from, from + this.#open.length - this.#used);
      this.#open.set(part, this.#used);
      this.#used += part.length;
      from += part.length;
    }
  }

  /** Two logs with the same digest hold the same bytes. Nothing may be appended afterwards. */
  digest(): string {
    this.#hash ??= createHash('sha256');
    return this.#hash.update(this.#open.subarray(0, this.#used)).digest('base64');
  }

  /** The bytes from the beginning, in pieces; each is valid until the next one is asked for. */
  *pieces(): Generator<Uint8Array> {
    for (const block of this.#full) yield Buffer.isBuffer(block) ? block : this.#spill.read(block);
    if (this.#used > 0) yield this.#open.subarray(0, this.#used);
  }

  /** All of it at once; for what is known to be small. */
  bytes(): Buffer {
    const all = Buffer.allocUnsafe(this.#size);
    let to = 0;
    for (const piece of this.pieces()) {
      all.set(piece, to);
      to += piece.length;
    }
    return all;
  }

  /** Moves full blocks out of memory; called by the spill when the run's bound is passed. */
  moveOut(): void {
    this.#full = this.#full.map((block) => (Buffer.isBuffer(block) ? this.#spill.write(block) : block));
  }

  /** Forgets everything: the same bytes are held elsewhere. */
  discard(): void {
    this.#spill.release(
      this,
      this.#full.reduce((sum, block) => sum + (Buffer.isBuffer(block) ? block.length : 0), 0) +
        this.#open.length,
    );
    this.#full = [];
    this.#open = Buffer.alloc(0);
    this.#used = 0;
    this.#size = 0;
  }

  #grow(): void {
    if (this.#used > 0) {
      this.#hash ??= createHash('sha256');
      this.#hash.update(this.#open);
      this.#full.push(this.#open);
    }
    this.#open = this.#spill.block(Math.min(largestBlock, Math.max(firstBlockBytes, this.#open.length * 2)));
    this.#used = 0;
  }
}
