// Columns of whole numbers to bytes and back. At the head it is said of each column what it is and how its numbers are
// expected (predictor.ts), as the writer found it cheapest; then follow the rows, of each number what differs from what was
// expected (number-coder.ts). Columns that never change, and those of which nothing is known, cost nothing a row.
import { crc32 } from 'node:zlib';
import { BitReader, BitWriter } from './bit-coder.ts';
import { ByteSink, ByteSource } from './bytes.ts';
import { NumberCoder } from './number-coder.ts';
import { type Prediction, Predictor, predictions } from './predictor.ts';

/** 64 bits without a sign, or unknown. */
export type Cell = bigint | null;

/** What is worth trying for a column. */
export interface ColumnHint {
  /** Read at even times. */
  readonly clock?: boolean;
  /** Columns before it that it may grow with. */
  readonly follows?: readonly number[];
}

/** Numbers in the file. `wide`: spread over more than doubles can hold. */
const kinds = { unknown: 0, constant: 1, narrow: 2, wide: 3 } as const;
/** Added where some are unknown. */
const someUnknown = 0x80;

/** Sums and differences of numbers below it are exact in doubles. */
const narrowest = 2 ** 50;
/** Rows that a prediction is tried on. */
const trialRows = 600;
const checksumLength = 4;

/** @param columns all of the same length */
export function encodeColumns(
  columns: readonly (readonly Cell[])[],
  hints: readonly ColumnHint[] = [],
): Uint8Array {
  const all = columns.map((cells) => measure(cells));
  const head = new ByteSink();
  const writers = all.map((column, at) => {
    const model = cheapest(column, hints[at] ?? {}, all);
    writeHead(column, model, head);
    return new ColumnWriter(column, model);
  });
  const coded = writers.filter(({ isCoded }) => isCoded);
  const bits = new BitWriter();
  const grown = new Float64Array(columns.length);
  const rows = columns[0]?.length ?? 0;
  const indices = writers.flatMap(({ isCoded }, at) => (isCoded ? [at] : []));
  for (let row = 0; row < rows; row++) {
    for (const [which, writer] of coded.entries())
      grown[indices[which] ?? 0] = writer.write(row, grown, bits);
  }
  const out = new ByteSink();
  const headBytes = head.done();
  out.varint(BigInt(headBytes.length));
  out.bytes(headBytes);
  out.bytes(bits.done());
  out.uint32(crc32(out.done()));
  return out.done();
}

/**
 * The rows one after another, by one object that shows each: ask it for what is wanted before going on.
 * @throws RangeError for bytes that are no `width` columns of `count` cells
 */
export function* decodeColumns(bytes: Uint8Array, width: number, count: number): Generator<Row> {
  const body = bytes.subarray(0, Math.max(0, bytes.length - checksumLength));
  const sum = new ByteSource(bytes.subarray(body.length));
  if (sum.rest !== checksumLength || sum.uint32() !== crc32(body)) throw new RangeError('it is damaged');
  const source = new ByteSource(body);
  const head = new ByteSource(source.take(Number(source.varint())));
  const readers = Array.from({ length: width }, () => readHead(head));
  if (head.rest > 0) throw new RangeError('block holds more than it should');
  const bits = new BitReader(source.take(source.rest));
  const grown = new Float64Array(width);
  const coded = readers.flatMap((reader, at) => (reader.isCoded ? [{ reader, at }] : []));
  const shown: Row = { cell: (at) => readers[at]?.cell ?? null };
  for (let row = 0; row < count; row++) {
    for (const { reader, at } of coded) grown[at] = reader.read(grown, bits);
    yield shown;
  }
}

export interface Row {
  cell(at: number): Cell;
}

interface Model {
  readonly prediction: Prediction;
  /** Column that is followed; -1 = none. */
  readonly follows: number;
}

interface Measured {
  readonly cells: readonly Cell[];
  readonly kind: (typeof kinds)[keyof typeof kinds];
  readonly someUnknown: boolean;
  /** The first that is known. */
  readonly first: bigint;
  /** Of narrow columns: less the first; what is unknown stands as the one before. */
  readonly values: Float64Array;
}

function measure(cells: readonly Cell[]): Measured {
  const first = cells.find((cell) => cell !== null) ?? null;
  const values = new Float64Array(cells.length);
  let unknown = 0;
  let [constant, narrow] = [true, true];
  let last = 0;
  for (const [row, cell] of cells.entries()) {
    if (cell === null) unknown++;
    else if (first !== null) {
      last = Number(BigInt.asIntN(64, cell - first));
      if (last !== 0) constant = false;
      if (Math.abs(last) >= narrowest) narrow = false;
    }
    values[row] = last;
  }
  const shared = { cells, someUnknown: unknown > 0, first: first ?? 0n, values };
  if (first === null) return { ...shared, kind: kinds.unknown };
  if (constant && unknown === 0) return { ...shared, kind: kinds.constant };
  return { ...shared, kind: narrow ? kinds.narrow : kinds.wide };
}

/** By trial: the sum of the lengths of what differs from the expectation. */
function cheapest(column: Measured, { clock, follows = [] }: ColumnHint, all: readonly Measured[]): Model {
  const plain: Model = { prediction: predictions.same, follows: -1 };
  if (column.kind !== kinds.narrow) return plain;
  const models: readonly Model[] = [
    plain,
    { prediction: predictions.growing, follows: -1 },
    { prediction: predictions.lasting, follows: -1 },
    ...(clock === true ? [{ prediction: predictions.clock, follows: -1 }] : []),
    ...follows
      .filter((at) => all[at]?.kind === kinds.narrow)
      .map((at) => ({ prediction: predictions.following, follows: at })),
  ];
  let [best, least] = [plain, Infinity];
  for (const model of models) {
    const cost = costOf(column, model, all[model.follows]);
    if (cost < least) [best, least] = [model, cost];
  }
  return best;
}

function costOf({ cells, values }: Measured, { prediction }: Model, followed: Measured | undefined): number {
  const predictor = new Predictor(prediction);
  const rows = Math.min(values.length, trialRows);
  let cost = 0;
  for (let row = 0; row < rows; row++) {
    if (cells[row] === null) continue;
    const value = values[row] ?? 0;
    const other =
      followed === undefined || row === 0 ? 0 : (followed.values[row] ?? 0) - (followed.values[row - 1] ?? 0);
    cost += Math.log2(1 + 2 * Math.abs(value - expectation(predictor, other)));
    predictor.learn(value, other);
  }
  return cost;
}

/** Bounded, so that what differs from it is exact. */
function expectation(predictor: Predictor, other: number): number {
  const expected = predictor.expect(other);
  return expected > narrowest ? narrowest : expected < -narrowest ? -narrowest : expected;
}

function writeHead(column: Measured, { prediction, follows }: Model, head: ByteSink): void {
  head.byte(column.kind | (column.someUnknown ? someUnknown : 0));
  if (column.kind === kinds.unknown) return;
  head.varint(column.first);
  if (column.kind !== kinds.narrow) return;
  head.byte(prediction);
  if (prediction === predictions.following) head.varint(BigInt(follows));
}

function readHead(head: ByteSource): ColumnReader {
  const flags = head.byte();
  const kind = kindOf(flags & ~someUnknown);
  const first = kind === kinds.unknown ? null : head.varint();
  const prediction = predictionOf(kind === kinds.narrow ? head.byte() : 0);
  const follows = prediction === predictions.following ? Number(head.varint()) : -1;
  return new ColumnReader(kind, (flags & someUnknown) !== 0, first, { prediction, follows });
}

function kindOf(value: number): Measured['kind'] {
  const kind = Object.values(kinds).find((each) => each === value);
  if (kind === undefined) throw new RangeError(`column of unknown kind ${value}`);
  return kind;
}

function predictionOf(value: number): Prediction {
  const prediction = Object.values(predictions).find((each) => each === value);
  if (prediction === undefined) throw new RangeError(`column of unknown prediction ${value}`);
  return prediction;
}

class ColumnWriter {
  readonly isCoded: boolean;
  readonly #column: Measured;
  readonly #follows: number;
  readonly #predictor: Predictor;
  readonly #coder = new NumberCoder();
  #last: bigint;

  constructor(column: Measured, { prediction, follows }: Model) {
    this.isCoded = column.kind === kinds.narrow || column.kind === kinds.wide;
    this.#column = column;
    this.#follows = follows;
    this.#predictor = new Predictor(prediction);
    this.#last = column.first;
  }

  /** @returns by how much it grew, for those that follow it */
  write(row: number, grown: Float64Array, out: BitWriter): number {
    const { cells, values, kind } = this.#column;
    const cell = cells[row] ?? null;
    if (this.#column.someUnknown) this.#coder.writePresence(cell !== null, out);
    if (cell === null) return 0;
    if (kind === kinds.wide) {
      this.#coder.writeWide(zigzagWide(BigInt.asIntN(64, cell - this.#last)), out);
      this.#last = cell;
      return 0;
    }
    const value = values[row] ?? 0;
    const other = grown[this.#follows] ?? 0;
    this.#coder.write(zigzag(value - expectation(this.#predictor, other)), out);
    return this.#predictor.learn(value, other);
  }
}

class ColumnReader {
  readonly isCoded: boolean;
  readonly #wide: boolean;
  readonly #someUnknown: boolean;
  readonly #first: bigint | null;
  readonly #follows: number;
  readonly #predictor: Predictor;
  readonly #coder: NumberCoder | undefined;
  #present = true;
  #value = 0;
  #last: bigint | null;

  constructor(
    kind: Measured['kind'],
    hasUnknown: boolean,
    first: bigint | null,
    { prediction, follows }: Model,
  ) {
    this.isCoded = kind === kinds.narrow || kind === kinds.wide;
    this.#wide = kind === kinds.wide;
    this.#someUnknown = hasUnknown;
    this.#first = first;
    this.#follows = follows;
    this.#predictor = new Predictor(prediction);
    this.#coder = this.isCoded ? new NumberCoder() : undefined;
    this.#last = first;
  }

  get cell(): Cell {
    if (!this.#present || this.#first === null) return null;
    return this.#wide ? this.#last : BigInt.asUintN(64, this.#first + BigInt(this.#value));
  }

  /** @returns by how much it grew, for those that follow it */
  read(grown: Float64Array, from: BitReader): number {
    const coder = this.#coder;
    if (coder === undefined) return 0;
    if (this.#someUnknown) this.#present = coder.readPresence(from);
    if (!this.#present) return 0;
    if (this.#wide) {
      this.#last = BigInt.asUintN(64, (this.#last ?? 0n) + unzigzagWide(coder.readWide(from)));
      return 0;
    }
    const other = grown[this.#follows] ?? 0;
    this.#value = expectation(this.#predictor, other) + unzigzag(coder.read(from));
    return this.#predictor.learn(this.#value, other);
  }
}

/** Small numbers of either sign become small ones without: 0, -1, 1, -2 … are 0, 1, 2, 3 … */
function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

function unzigzag(value: number): number {
  return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
}

function zigzagWide(value: bigint): bigint {
  return value < 0n ? -2n * value - 1n : 2n * value;
}

function unzigzagWide(value: bigint): bigint {
  return (value & 1n) === 1n ? -(value >> 1n) - 1n : value >> 1n;
}
