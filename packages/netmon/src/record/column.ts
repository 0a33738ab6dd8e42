// Columns of whole numbers that mostly grow, as differences, cut into planes: all lowest bytes together, then all second
// ones … The low bytes of traffic are noise and the high ones almost constant; each plane is compressed by itself, so that
// the one does not spoil the code table of the other. What is null costs a bit, or nothing where a whole column is null.
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { ByteSink, ByteSource } from './bytes.ts';

/** 64 bits without a sign, or unknown. */
export type Cell = bigint | null;

const allThere = 0;
const allNull = 1;
const someNull = 2;

const planeCount = 8;
const compression = { params: { [constants.ZSTD_c_compressionLevel]: 6 } };

/**
 * @param columns all of the same length
 * @param steady how many of the first columns grow evenly (clocks): of them only what differs from their step is kept
 */
export function encodeColumns(columns: readonly (readonly Cell[])[], steady: number): Uint8Array {
  const head = new ByteSink();
  const planes = Array.from({ length: planeCount }, () => new ByteSink());
  for (const [at, cells] of columns.entries()) encodeColumn(cells, at < steady, head, planes);
  const out = new ByteSink();
  for (const sink of [head, ...planes]) {
    const bytes = sink.done();
    const packed = bytes.length === 0 ? bytes : zstdCompressSync(bytes, compression);
    out.varint(BigInt(packed.length));
    out.bytes(packed);
  }
  return out.done();
}

/** @throws RangeError, or an error of zlib, for bytes that are no `width` columns of `count` cells */
export function decodeColumns(bytes: Uint8Array, width: number, count: number): readonly (readonly Cell[])[] {
  const source = new ByteSource(bytes);
  const sections = Array.from({ length: planeCount + 1 }, () => {
    const packed = source.take(Number(source.varint()));
    return new ByteSource(packed.length === 0 ? packed : zstdDecompressSync(packed));
  });
  const [head = source, ...planes] = sections;
  const columns = Array.from({ length: width }, () => decodeColumn(head, planes, count));
  if (sections.some((section) => section.rest > 0)) throw new RangeError('block holds more than it should');
  return columns;
}

function encodeColumn(
  cells: readonly Cell[],
  steady: boolean,
  head: ByteSink,
  planes: readonly ByteSink[],
): void {
  const present = cells.filter((cell) => cell !== null);
  const [first] = present;
  if (first === undefined) return head.byte(allNull);
  head.byte(present.length === cells.length ? allThere : someNull);
  if (present.length !== cells.length) writeBitmap(cells, head);
  const differences = present.slice(1).map((cell, at) => BigInt.asIntN(64, cell - (present[at] ?? 0n)));
  const step = steady ? middleOf(differences) : 0n;
  const kept = differences.map((difference) => zigzag(BigInt.asIntN(64, difference - step)));
  const bytes = kept.reduce((most, each) => (each > most ? each : most), 0n).toString(16).length;
  const used = (bytes + 1) >> 1;
  head.varint(first);
  head.varint(zigzag(step));
  head.byte(used);
  for (const each of kept) writePlanes(each, planes, used);
}

function decodeColumn(head: ByteSource, planes: readonly ByteSource[], count: number): readonly Cell[] {
  const flag = head.byte();
  if (flag === allNull) return Array.from({ length: count }, () => null);
  if (flag !== allThere && flag !== someNull) throw new RangeError(`column of unknown kind ${flag}`);
  const there = flag === allThere ? undefined : head.take(Math.ceil(count / 8));
  let value = head.varint();
  const step = unzigzag(head.varint());
  const used = planes.slice(0, head.byte());
  const cells: Cell[] = [];
  let isFirst = true;
  for (let at = 0; at < count; at++) {
    if (there !== undefined && (((there[at >> 3] ?? 0) >> (at & 7)) & 1) === 0) {
      cells.push(null);
      continue;
    }
    if (!isFirst) value = BigInt.asUintN(64, value + step + unzigzag(readPlanes(used)));
    isFirst = false;
    cells.push(value);
  }
  return cells;
}

/** The step of a clock: half of the differences are above it, so that a missed tick does not shift it. */
function middleOf(differences: readonly bigint[]): bigint {
  const sorted = differences.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return sorted[sorted.length >> 1] ?? 0n;
}

function writePlanes(value: bigint, planes: readonly ByteSink[], used: number): void {
  let high = Number(value >> 32n);
  let low = Number(value & 0xffff_ffffn);
  for (const plane of planes.slice(0, used)) {
    plane.byte(low & 0xff);
    low = Math.floor(low / 256) + (high % 256) * 0x100_0000;
    high = Math.floor(high / 256);
  }
}

function readPlanes(planes: readonly ByteSource[]): bigint {
  let low = 0;
  let scale = 1;
  // Six bytes are below 2^48: a double holds them.
  for (const plane of planes.slice(0, 6)) {
    low += plane.byte() * scale;
    scale *= 256;
  }
  let value = BigInt(low);
  for (const [at, plane] of planes.slice(6).entries()) value |= BigInt(plane.byte()) << BigInt(48 + 8 * at);
  return value;
}

function writeBitmap(cells: readonly Cell[], out: ByteSink): void {
  for (let start = 0; start < cells.length; start += 8) {
    let bits = 0;
    for (let bit = 0; bit < 8; bit++) if ((cells[start + bit] ?? null) !== null) bits |= 1 << bit;
    out.byte(bits);
  }
}

/** Small numbers of either sign become small ones without: 0, -1, 1, -2 … are 0, 1, 2, 3 … */
function zigzag(value: bigint): bigint {
  return value < 0n ? -2n * value - 1n : 2n * value;
}

function unzigzag(value: bigint): bigint {
  return (value & 1n) === 1n ? -(value >> 1n) - 1n : value >> 1n;
}
