// Bits with probabilities to bytes and back: a binary arithmetic coder (Witten, Neal and Cleary, "Arithmetic coding for data
// compression", 1987) of 32 bits, without carry: a bit that was expected costs next to nothing.

/** Of a 1, in 65536ths; never 0 or 65536. */
export type Probability = number;

const even: Probability = 0x8000;
const mostAtOnce = 12;

export class BitWriter {
  #bytes = new Uint8Array(512);
  #length = 0;
  #low = 0;
  #high = 0xffff_ffff;

  bit(bit: number, probability: Probability): void {
    const middle = divide(this.#low, this.#high, probability);
    if (bit === 1) this.#high = middle;
    else this.#low = middle + 1;
    this.#settle();
  }

  #settle(): void {
    while (((this.#low ^ this.#high) & 0xff00_0000) === 0) {
      this.#byte(this.#high >>> 24);
      this.#low = (this.#low << 8) >>> 0;
      this.#high = ((this.#high << 8) | 0xff) >>> 0;
    }
  }

  /** Bits that nothing is known of, the highest first; at most 32. */
  bits(value: number, count: number): void {
    for (let left = count; left > 0; ) {
      const taken = piece(this.#low, this.#high, left);
      left -= taken;
      if (taken === 1) this.bit((value >>> left) & 1, even);
      else this.#piece((value >>> left) & ((1 << taken) - 1), taken);
    }
  }

  #piece(value: number, count: number): void {
    const width = (this.#high - this.#low) >>> count;
    this.#low += width * value;
    this.#high = this.#low + width - 1;
    this.#settle();
  }

  /**
   * What was written, with no more bytes at the end than tell the last range from all others, where zeros follow. Then it
   * begins anew.
   */
  done(): Uint8Array {
    let [count, value] = [0, this.#low === 0 ? 0 : 0x1_0000_0000];
    while (value > this.#high) {
      count++;
      const unit = 2 ** (32 - 8 * count);
      value = Math.ceil(this.#low / unit) * unit;
    }
    for (let at = 0; at < count; at++) this.#byte((value >>> (24 - 8 * at)) & 0xff);
    const bytes = this.#bytes.slice(0, this.#length);
    [this.#length, this.#low, this.#high] = [0, 0, 0xffff_ffff];
    return bytes;
  }

  #byte(value: number): void {
    if (this.#length === this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.#length++] = value;
  }
}

export class BitReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  #low = 0;
  #high = 0xffff_ffff;
  #value = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    for (let count = 0; count < 4; count++) this.#next();
  }

  /** Behind the last byte are zeros. */
  bit(probability: Probability): number {
    const middle = divide(this.#low, this.#high, probability);
    const bit = this.#value <= middle ? 1 : 0;
    if (bit === 1) this.#high = middle;
    else this.#low = middle + 1;
    this.#settle();
    return bit;
  }

  bits(count: number): number {
    let value = 0;
    for (let left = count; left > 0; ) {
      const taken = piece(this.#low, this.#high, left);
      left -= taken;
      value = ((value << taken) | (taken === 1 ? this.bit(even) : this.#piece(taken))) >>> 0;
    }
    return value;
  }

  #piece(count: number): number {
    const width = (this.#high - this.#low) >>> count;
    // What is above the last piece is of no writer of ours: the checksum has seen to that.
    const value = Math.min((1 << count) - 1, Math.floor((this.#value - this.#low) / width));
    this.#low += width * value;
    this.#high = this.#low + width - 1;
    this.#settle();
    return value;
  }

  #settle(): void {
    while (((this.#low ^ this.#high) & 0xff00_0000) === 0) {
      this.#low = (this.#low << 8) >>> 0;
      this.#high = ((this.#high << 8) | 0xff) >>> 0;
      this.#next();
    }
  }

  #next(): void {
    this.#value = ((this.#value << 8) | (this.#bytes[this.#at++] ?? 0)) >>> 0;
  }
}

/** How many of so many even bits are coded at once: the range must not get too narrow. */
function piece(low: number, high: number, left: number): number {
  if (high - low < 0x100_0000) return 1;
  return left < mostAtOnce ? left : mostAtOnce;
}

/** Where the range is cut: below and at it is a 1. */
function divide(low: number, high: number, probability: Probability): number {
  const range = high - low;
  return low + (range >>> 16) * probability + (((range & 0xffff) * probability) >>> 16);
}
