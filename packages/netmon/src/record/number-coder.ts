// Whole numbers of one column, most of them small and all alike, to bits: how many bits a number has, its highest bits, then
// the rest as it is. What is likely is learnt while coding, apart for what came after small and after large numbers: a node
// is idle or busy for a while.
import type { BitReader, BitWriter, Probability } from './bit-coder.ts';

/** Lengths of numbers in bits from which other contexts begin. */
const contexts = Uint8Array.from({ length: 65 }, (_, bits) =>
  bits === 0 ? 0 : bits <= 3 ? 1 : bits <= 7 ? 2 : bits <= 11 ? 3 : bits <= 16 ? 4 : 5,
);
const contextCount = 6;
const lengthBits = 6;
const lengthTree = 1 << lengthBits;
/** So many of the highest bits below the first are learnt as well. */
const learntBits = 3;
const topTree = 1 << learntBits;
const lengthCount = 65;
/** A figure that comes on every fifth tick is expected by how long ago it came. */
const longestAbsence = 31;

const lengthsAt = contextCount;
const topsAt = lengthsAt + contextCount * lengthTree;
const absenceAt = topsAt + lengthCount * topTree;
const modelSize = absenceAt + longestAbsence + 1;

/** Learns fast at first, then from the last sixty or so. */
const rates = Float64Array.from({ length: 60 }, (_, seen) => 1 / (seen + 1.6));
const surest = 24;

export class NumberCoder {
  /** Of each bit its probability, and above it how often it was seen: one array, as a replay begins with thousands of them. */
  readonly #model = new Uint32Array(modelSize).fill(0x8000);
  #context = 0;
  #absent = 0;

  /** For another column: nothing is learnt yet. */
  reset(): void {
    this.#model.fill(0x8000);
    this.#context = 0;
    this.#absent = 0;
  }

  /** Before each number of a column in which some are unknown. */
  writePresence(present: boolean, out: BitWriter): void {
    this.#write(present ? 1 : 0, absenceAt + this.#absent, out);
    this.#absent = present ? 0 : Math.min(longestAbsence, this.#absent + 1);
  }

  readPresence(from: BitReader): boolean {
    const present = this.#read(absenceAt + this.#absent, from) === 1;
    this.#absent = present ? 0 : Math.min(longestAbsence, this.#absent + 1);
    return present;
  }

  /** @param value below 2^53 */
  write(value: number, out: BitWriter): void {
    const high = Math.floor(value / 0x1_0000_0000);
    this.#writeWords(high, value >>> 0, out);
  }

  read(from: BitReader): number {
    const length = this.#readLength(from);
    if (length === 0) return 0;
    const learnt = Math.min(length - 1, learntBits);
    const rest = length - 1 - learnt;
    const top = this.#readTop(length, learnt, from);
    if (rest <= 32) return top * 2 ** rest + from.bits(rest);
    return (top * 2 ** (rest - 32) + from.bits(rest - 32)) * 0x1_0000_0000 + from.bits(32);
  }

  /** @param value of 64 bits without a sign */
  writeWide(value: bigint, out: BitWriter): void {
    this.#writeWords(Number(value >> 32n), Number(value & 0xffff_ffffn), out);
  }

  readWide(from: BitReader): bigint {
    const length = this.#readLength(from);
    if (length === 0) return 0n;
    const learnt = Math.min(length - 1, learntBits);
    let value = BigInt(this.#readTop(length, learnt, from));
    for (let rest = length - 1 - learnt; rest > 0; ) {
      const count = rest > 32 ? rest - 32 : rest;
      value = (value << BigInt(count)) | BigInt(from.bits(count));
      rest -= count;
    }
    return value;
  }

  #writeWords(high: number, low: number, out: BitWriter): void {
    const length = high > 0 ? 64 - Math.clz32(high) : 32 - Math.clz32(low);
    const context = this.#context;
    this.#write(length === 0 ? 1 : 0, context, out);
    this.#context = contexts[length] ?? 0;
    if (length === 0) return;
    const tree = lengthsAt + context * lengthTree;
    for (let at = lengthBits - 1, node = 1; at >= 0; at--) {
      const bit = ((length - 1) >>> at) & 1;
      this.#write(bit, tree + node, out);
      node = node * 2 + bit;
    }
    const top = topsAt + length * topTree;
    let node = 1;
    let at = length - 2;
    for (; at >= 0 && at > length - 2 - learntBits; at--) {
      const bit = at >= 32 ? (high >>> (at - 32)) & 1 : (low >>> at) & 1;
      this.#write(bit, top + node, out);
      node = node * 2 + bit;
    }
    if (at >= 32) out.bits(high, at - 31);
    if (at >= 0) out.bits(low, Math.min(32, at + 1));
  }

  /** In bits; 0 for nothing. */
  #readLength(from: BitReader): number {
    const context = this.#context;
    if (this.#read(context, from) === 1) {
      this.#context = 0;
      return 0;
    }
    const tree = lengthsAt + context * lengthTree;
    let node = 1;
    for (let at = 0; at < lengthBits; at++) node = node * 2 + this.#read(tree + node, from);
    const length = node + 1 - lengthTree;
    this.#context = contexts[length] ?? 0;
    return length;
  }

  /** The first bit, which is a 1, and those that are learnt. */
  #readTop(length: number, learnt: number, from: BitReader): number {
    const top = topsAt + length * topTree;
    let node = 1;
    for (let at = 0; at < learnt; at++) node = node * 2 + this.#read(top + node, from);
    return node;
  }

  #write(bit: number, at: number, out: BitWriter): void {
    const state = this.#model[at] ?? 0x8000;
    out.bit(bit, state & 0xffff);
    this.#learn(bit, at, state);
  }

  #read(at: number, from: BitReader): number {
    const state = this.#model[at] ?? 0x8000;
    const bit = from.bit(state & 0xffff);
    this.#learn(bit, at, state);
    return bit;
  }

  #learn(bit: number, at: number, state: number): void {
    const before: Probability = state & 0xffff;
    const seen = state >>> 16;
    const after = before + Math.trunc(((bit === 1 ? 0x1_0000 : 0) - before) * (rates[seen] ?? 0));
    const bounded = Math.min(0x1_0000 - surest, Math.max(surest, after));
    this.#model[at] = bounded | ((seen < rates.length - 1 ? seen + 1 : seen) << 16);
  }
}
