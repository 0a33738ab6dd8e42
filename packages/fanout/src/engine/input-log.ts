// What was read of an input, for readers at different offsets: the newest part in memory, older parts in a temporary
// file if somebody still needs them. The file has no name: it vanishes with the process.

import { randomBytes } from 'node:crypto';
import { closeSync, openSync, read, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { HeorotError } from '@heorot/inventory';

const readAt = promisify(read);
const readBytes = 64 * 1024;

export class InputLog implements AsyncDisposable {
  readonly #memoryBytes: number;
  readonly #folder: string;
  #chunks: Buffer[] = [];
  /** Offset of the first byte in memory. */
  #start = 0;
  #end = 0;
  #file: { readonly descriptor: number; readonly offset: number } | undefined;
  #needed = 0;

  constructor(memoryBytes: number, folder = tmpdir()) {
    this.#memoryBytes = memoryBytes;
    this.#folder = folder;
  }

  /** Offset after the last byte. */
  get end(): number {
    return this.#end;
  }

  append(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#end += chunk.length;
    this.#trim();
  }

  /** Nobody will read before this offset. */
  forget(needed: number): void {
    this.#needed = needed;
    this.#trim();
  }

  /** From this offset to the end of a chunk in memory; undefined when it has gone to the file. */
  read(offset: number): Buffer | undefined {
    if (offset < this.#start) return undefined;
    let at = this.#start;
    for (const chunk of this.#chunks) {
      if (offset < at + chunk.length) return chunk.subarray(offset - at);
      at += chunk.length;
    }
    return undefined;
  }

  async readFile(offset: number): Promise<Buffer> {
    if (this.#file === undefined) throw new Error(`input before offset ${this.#start} was forgotten`);
    const length = Math.min(readBytes, this.#start - offset);
    const { bytesRead, buffer } = await readAt(
      this.#file.descriptor,
      Buffer.alloc(length),
      0,
      length,
      offset - this.#file.offset,
    );
    return buffer.subarray(0, bytesRead);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#file !== undefined) closeSync(this.#file.descriptor);
    this.#file = undefined;
  }

  #trim(): void {
    while (this.#chunks.length > 0) {
      const first = this.#chunks[0] ?? Buffer.alloc(0);
      const unneeded = this.#needed >= this.#start + first.length;
      if (!unneeded && this.#end - this.#start <= this.#memoryBytes) return;
      if (!unneeded || this.#file !== undefined) this.#spill(first);
      this.#chunks.shift();
      this.#start += first.length;
    }
  }

  #spill(chunk: Buffer): void {
    try {
      this.#file ??= { descriptor: openUnnamed(this.#folder), offset: this.#start };
      let written = 0;
      while (written < chunk.length) {
        const position = this.#start - this.#file.offset + written;
        written += writeSync(this.#file.descriptor, chunk, written, chunk.length - written, position);
      }
    } catch (error) {
      throw new HeorotError('input-spill', `the input for slower nodes cannot be kept in ${this.#folder}`, {
        hint: 'free some space there, set TMPDIR, or give the nodes the input as a file (dsh --copy)',
        cause: error,
      });
    }
  }
}

function openUnnamed(folder: string): number {
  const path = join(folder, `heorot-input-${randomBytes(8).toString('hex')}`);
  const descriptor = openSync(path, 'wx+', 0o600);
  unlinkSync(path);
  return descriptor;
}
