// Bytes of encode-columns.ts back to columns. A column is decoded when it is first asked for.
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
    const decoded = this.#decoded[column] ?? this.#decode(column);
    if (decoded.kind === 'same') return decoded.cell;
    if (decoded.kind === 'wide') return decoded.cells[row] ?? null;
    if (decoded.present?.[row] === 0) return null;
    const value = decoded.values[row] ?? 0;
    return value === 0 ? decoded.first : BigInt.asUintN(64, decoded.first + BigInt(value));
  }

  #decode(column: number): Decoded {
    const [head, chunk] = [this.#heads[column], this.#chunks[column]];
    if (head === undefined || chunk === undefined) throw new RangeError(`no column ${column}`);
    const decoded =
      head.kind === columnKinds.wide
        ? decodeWide(head, chunk, this.count)
        : this.#decodeNarrow(column, head, chunk);
    this.#decoded[column] = decoded;
    return decoded;
  }

  #decodeNarrow(column: number, head: ColumnHead, chunk: Uint8Array): Decoded {
    const { follows } = head.model;
    if (follows >= column) throw new RangeError(`column ${column} follows ${follows}`);
    const followed = follows < 0 ? undefined : (this.#decoded[follows] ?? this.#decode(follows));
    return decodeNarrow(head, chunk, this.count, followed?.kind === 'narrow' ? followed.grown : undefined);
  }
}

type Decoded =
  | { readonly kind: 'same'; readonly cell: Cell }
  | { readonly kind: 'wide'; readonly cells: readonly Cell[] }
  | Narrow;

interface Narrow {
  readonly kind: 'narrow';
  readonly first: bigint;
  /** Less the first. */
  readonly values: Float64Array;
  readonly grown: Float64Array;
  /** 0 for what is unknown; undefined where all are known. */
  readonly present: Uint8Array | undefined;
}

const unknownColumn: Decoded = { kind: 'same', cell: null };

function withoutChunk({ kind, first }: ColumnHead): Decoded | undefined {
  if (kind === columnKinds.unknown) return unknownColumn;
  return kind === columnKinds.constant ? { kind: 'same', cell: first } : undefined;
}

function decodeNarrow(
  { first, someUnknown, model }: ColumnHead,
  chunk: Uint8Array,
  count: number,
  others: Float64Array | undefined,
): Narrow {
  const bits = new BitReader(chunk);
  const coder = new NumberCoder();
  const predictor = new Predictor(model.prediction);
  const values = new Float64Array(count);
  const grown = new Float64Array(count);
  const present = someUnknown ? new Uint8Array(count) : undefined;
  for (let row = 0; row < count; row++) {
    if (present !== undefined) {
      if (!coder.readPresence(bits)) continue;
      present[row] = 1;
    }
    const other = others?.[row] ?? 0;
    const value = boundedExpectation(predictor, other) + unzigzag(coder.read(bits));
    values[row] = value;
    grown[row] = predictor.learn(value, other);
  }
  return { kind: 'narrow', first, values, grown, present };
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
