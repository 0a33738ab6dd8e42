// A stream of bytes taken piece by piece: exactly so many, or so many as they come.

export class ByteSource {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #held: Buffer = Buffer.alloc(0);

  constructor(bytes: AsyncIterable<Uint8Array>) {
    this.#chunks = bytes[Symbol.asyncIterator]();
  }

  /** `size` bytes, to be small; `undefined` when the stream ends before the first. @throws Error when it ends within */
  async take(size: number): Promise<Buffer | undefined> {
    while (this.#held.length < size) {
      const next = await this.#chunks.next();
      if (next.done === true) {
        if (this.#held.length === 0) return undefined;
        throw new Error('the archive is cut short');
      }
      this.#held = this.#held.length === 0 ? bufferOf(next.value) : Buffer.concat([this.#held, next.value]);
    }
    const taken = this.#held.subarray(0, size);
    this.#held = this.#held.subarray(size);
    return taken;
  }

  /** `size` bytes as they come. @throws Error when the stream ends before */
  async *pass(size: number): AsyncGenerator<Buffer> {
    for (let left = size; left > 0; ) {
      if (this.#held.length === 0) {
        const next = await this.#chunks.next();
        if (next.done === true) throw new Error('the archive is cut short');
        this.#held = bufferOf(next.value);
      }
      const piece = this.#held.subarray(0, left);
      this.#held = this.#held.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }

  /** Lets the stream go, read or not. */
  async end(): Promise<void> {
    await this.#chunks.return?.();
  }
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
