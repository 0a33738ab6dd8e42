// Bytes of encode-columns.ts back to columns. A column is decoded when it is first asked for, and as far as it is: who wants
// a moment does not pay for what came after it.
import { BitReader } from './bit-coder.ts';
import { ByteSource } from './bytes.ts';
import { type Cell, type ColumnHead, columnKinds, readHead } from './column.ts';
import { NumberCoder } from './number-coder.ts';
import { boundedExpectation, Predictor } from './predictor.ts';

/**
 * @param width columns
 * @param count cells of each
 * @throws RangeError for bytes that are no such columns
 */
export function decodeColumns(bytes: Uint8Array, width: number, count: number): Columns {
  const source = new ByteSource(bytes);
  const heads = Array.from({ length: width }, () => readHead(source));
  const chunks = heads.map(({ length }) => source.take(length));
  if (source.rest > 0) throw new RangeError('block holds more than it should');
  return new Columns(heads, chunks, count);
}

export class Columns {
  readonly count: number;
  readonly #heads: readonly ColumnHead[];
  readonly #chunks: readonly Uint8Array[];
  readonly #decoded: (Decoded | undefined)[];

  constructor(heads: readonly ColumnHead[], chunks: readonly Uint8Array[], count: number) {
    this.count = count;
    this.#heads = heads;
    this.#chunks = chunks;
    this.#decoded = heads.map(withoutChunk);
  }

  cell(column: number, row: number): Cell {
    const decoded = this.#decoded[column] ?? this.#begin(column);
    if (decoded.kind === 'same') return decoded.cell;
    return decoded.kind === 'wide' ? (decoded.cells[row] ?? null) : decoded.cell(row);
  }

  #begin(column: number): Decoded {
    const [head, chunk] = [this.#heads[column], this.#chunks[column]];
    if (head === undefined || chunk === undefined) throw new RangeError(`no column ${column}`);
    const begun =
      head.kind === columnKinds.wide
        ? decodeWide(head, chunk, this.count)
        : this.#narrow(column, head, chunk);
    this.#decoded[column] = begun;
    return begun;
  }

  #narrow(column: number, head: ColumnHead, chunk: Uint8Array): NarrowColumn {
    const { follows } = head.model;
    if (follows >= column) throw new RangeError(`column ${column} follows ${follows}`);
    const followed = follows < 0 ? undefined : (this.#decoded[follows] ?? this.#begin(follows));
    return new NarrowColumn(head, chunk, this.count, followed?.kind === 'narrow' ? followed : undefined);
  }
}

type Decoded =
  | { readonly kind: 'same'; readonly cell: Cell }
  | { readonly kind: 'wide'; readonly cells: readonly Cell[] }
  | NarrowColumn;

const unknownColumn: Decoded = { kind: 'same', cell: null };

function withoutChunk({ kind, first }: ColumnHead): Decoded | undefined {
  if (kind === columnKinds.unknown) return unknownColumn;
  return kind === columnKinds.constant ? { kind: 'same', cell: first } : undefined;
}

class NarrowColumn {
  readonly kind = 'narrow';
  readonly #first: bigint;
  /** NaN where a double is not exact. */
  readonly #firstAsNumber: number;
  readonly #bits: BitReader;
  readonly #coder = new NumberCoder();
  readonly #predictor: Predictor;
  readonly #followed: NarrowColumn | undefined;
  /** Less the first; what is unknown stands as the one before. */
  readonly #values: Float64Array;
  /** 0 for what is unknown; undefined where all are known. */
  readonly #present: Uint8Array | undefined;
  #decoded = 0;

  constructor(
    { first, someUnknown, model }: ColumnHead,
    chunk: Uint8Array,
    count: number,
    followed?: NarrowColumn,
  ) {
    this.#first = first;
    this.#firstAsNumber = first <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(first) : Number.NaN;
    this.#bits = new BitReader(chunk);
    this.#predictor = new Predictor(model.prediction);
    this.#followed = followed;
    this.#values = new Float64Array(count);
    this.#present = someUnknown ? new Uint8Array(count) : undefined;
  }

  cell(row: number): Cell {
    if (row >= this.#decoded) this.#decodeTo(row);
    if (this.#present?.[row] === 0) return null;
    const value = this.#values[row] ?? 0;
    if (value === 0) return this.#first;
    const sum = this.#firstAsNumber + value;
    return sum >= 0 && sum <= Number.MAX_SAFE_INTEGER
      ? BigInt(sum)
      : BigInt.asUintN(64, this.#first + BigInt(value));
  }

  #decodeTo(last: number): void {
    const [bits, coder, predictor] = [this.#bits, this.#coder, this.#predictor];
    const [values, present] = [this.#values, this.#present];
    const others = this.#followed?.valuesTo(last);
    const until = Math.min(last + 1, values.length);
    for (let row = this.#decoded; row < until; row++) {
      if (present !== undefined) {
        if (!coder.readPresence(bits)) {
          values[row] = values[row - 1] ?? 0;
          continue;
        }
        present[row] = 1;
      }
      const other = others === undefined || row === 0 ? 0 : (others[row] ?? 0) - (others[row - 1] ?? 0);
      const value = boundedExpectation(predictor, other) + unzigzag(coder.read(bits));
      values[row] = value;
      predictor.learn(value, other);
    }
    this.#decoded = until;
  }

  /** For those that follow. */
  valuesTo(row: number): Float64Array {
    if (row >= this.#decoded) this.#decodeTo(row);
    return this.#values;
  }
}

function decodeWide({ first, someUnknown }: ColumnHead, chunk: Uint8Array, count: number): Decoded {
  const bits = new BitReader(chunk);
  const coder = new NumberCoder();
  let last = first;
  const cells = Array.from({ length: count }, (): Cell => {
    if (someUnknown && !coder.readPresence(bits)) return null;
    last = BigInt.asUintN(64, last + unzigzagWide(coder.readWide(bits)));
    return last;
  });
  return { kind: 'wide', cells };
}

function unzigzag(value: number): number {
  return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
}

function unzigzagWide(value: bigint): bigint {
  return (value & 1n) === 1n ? -(value >> 1n) - 1n : value >> 1n;
}
