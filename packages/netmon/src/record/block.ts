// A block: readings of one node with the same key and facts, as columns. Its parts were written one after another and each is
// read by itself: whoever wants what was at some time begins with the part that has it.
import { crc32 } from 'node:zlib';
import type { Reading } from '../model/reading.ts';
import { type BlockKey, printBlockKey } from './block-key.ts';
import { ByteSink, ByteSource } from './bytes.ts';
import type { Cell } from './column.ts';
import { type Columns, decodeColumns } from './decode-columns.ts';
import { encodeColumns } from './encode-columns.ts';
import { arrivedColumn, cellsOf, columnCount, hintsOf, readingOf, type Wanted } from './reading-cells.ts';

/** @param readings at least one, all of the same {@link BlockKey} */
export function encodeBlock(readings: readonly Reading[]): Uint8Array {
  const [first] = readings;
  if (first === undefined) throw new RangeError('a block of no readings');
  return encodeRows(readings.map(cellsOf), first);
}

/**
 * A block of one part. Blocks one behind another are a block.
 * @param rows of {@link cellsOf}
 * @param like any of the readings
 */
export function encodeRows(rows: readonly (readonly Cell[])[], like: Reading): Uint8Array {
  const hints = hintsOf(like.interfaces.length, like.ports.length);
  const columns = hints.map((_, column) => rows.map((row) => row[column] ?? null));
  const lastMs = rows.reduce((most, row) => bigger(most, row[arrivedColumn] ?? 0n), 0n);
  const payload = new ByteSink();
  payload.varint(BigInt(rows.length));
  payload.varint(lastMs);
  payload.bytes(encodeColumns(columns, hints));
  const part = new ByteSink();
  part.varint(BigInt(payload.length));
  part.bytes(payload.done());
  part.uint32(crc32(payload.done(), seedOf(like.node, printBlockKey(like))));
  return part.done();
}

export interface DecodeOptions {
  /** Readings that arrived before are passed over. */
  readonly fromMs?: number;
  /** Default all. */
  readonly wanted?: Wanted;
}

/** @throws RangeError for bytes that are no block of this key */
export function* decodeBlock(
  bytes: Uint8Array,
  key: BlockKey,
  { fromMs = 0, wanted = 'all' }: DecodeOptions = {},
): Generator<Reading> {
  for (const { count, lastMs, columns } of partsOf(bytes, seedOf(key.node, key.text))) {
    if (lastMs < fromMs) continue;
    const decoded = decodeColumns(columns, columnCount(key), count);
    for (let row = 0; row < count; row++) {
      if (arrivedMs(decoded, row) >= fromMs) yield readingOf(decoded, row, key, wanted);
    }
  }
}

interface Part {
  readonly count: number;
  /** The latest arrival. */
  readonly lastMs: number;
  readonly columns: Uint8Array;
}

/** A part is checked with what it is of: nothing else in the file is. */
function seedOf(node: string, key: string): number {
  return crc32(`${node}\n${key}`);
}

function partsOf(bytes: Uint8Array, seed: number): readonly Part[] {
  const source = new ByteSource(bytes);
  const parts: Part[] = [];
  while (source.rest > 0) {
    const payload = source.take(Number(source.varint()));
    if (source.uint32() !== crc32(payload, seed)) throw new RangeError('it is damaged');
    const head = new ByteSource(payload);
    const [count, lastMs] = [Number(head.varint()), Number(head.varint())];
    parts.push({ count, lastMs, columns: head.take(head.rest) });
  }
  return parts;
}

function arrivedMs(columns: Columns, row: number): number {
  return Number(columns.cell(arrivedColumn, row) ?? 0n);
}

function bigger(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}
