// Bytes in pieces of one size, however they come: what zstd makes of them depends on where they are cut, and the same contents
// are to be the same blob.

const size = 256 * 1024;

export class FixedPieces {
  #held: Uint8Array[] = [];
  #bytes = 0;

  /** The pieces that a chunk completes. */
  *add(chunk: Uint8Array): Generator<Buffer> {
    this.#held.push(chunk);
    this.#bytes += chunk.byteLength;
    if (this.#bytes < size) return;
    const all = Buffer.concat(this.#held);
    const whole = all.length - (all.length % size);
    this.#held = [all.subarray(whole)];
    this.#bytes = all.length - whole;
    for (let at = 0; at < whole; at += size) yield all.subarray(at, at + size);
  }

  /** What is left. */
  rest(): Buffer {
    return Buffer.concat(this.#held);
  }
}
