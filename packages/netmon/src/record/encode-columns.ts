// Columns of whole numbers to bytes, each by the prediction that is cheapest for it.
import { BitWriter } from './bit-coder.ts';
import { ByteSink } from './bytes.ts';
import { type Cell, type ColumnKind, columnKinds, hasChunk, type Model, writeHead } from './column.ts';
import { NumberCoder } from './number-coder.ts';
import { boundedExpectation, narrowest, Predictor, predictions } from './predictor.ts';

/** What is worth trying for a column. */
export interface ColumnHint {
  /** Read at even times. */
  readonly clock?: boolean;
  /** Columns before it that it may grow with. */
  readonly follows?: readonly number[];
}

/** Rows that a prediction is tried on. */
const trialRows = 200;

/** @param columns all of the same length */
export function encodeColumns(
  columns: readonly (readonly Cell[])[],
  hints: readonly ColumnHint[] = [],
): Uint8Array {
  const all = columns.map((cells) => measure(cells));
  const head = new ByteSink();
  const coder = { bits: new BitWriter(), numbers: new NumberCoder() };
  const chunks = all.map((column, at) => {
    const model = cheapest(column, hints[at] ?? {}, all);
    const chunk = encodeChunk(column, model, all[model.follows], coder);
    writeHead({ ...column, model, length: chunk.length }, head);
    return chunk;
  });
  const out = new ByteSink();
  out.bytes(head.done());
  for (const chunk of chunks) out.bytes(chunk);
  return out.done();
}

interface Measured {
  readonly cells: readonly Cell[];
  readonly kind: ColumnKind;
  readonly someUnknown: boolean;
  readonly first: bigint;
  /** Of narrow columns: less the first; what is unknown stands as the one before. */
  readonly values: Float64Array;
  /** By how much each is larger than the one before; 0 for what is unknown. */
  readonly grown: Float64Array;
}

function measure(cells: readonly Cell[]): Measured {
  const first = cells.find((cell) => cell !== null) ?? null;
  const values = new Float64Array(cells.length);
  const grown = new Float64Array(cells.length);
  let unknown = 0;
  let [constant, narrow, begun] = [true, true, false];
  let last = 0;
  for (const [row, cell] of cells.entries()) {
    if (cell === null) unknown++;
    else if (first !== null) {
      const value = cell === first ? 0 : Number(BigInt.asIntN(64, cell - first));
      if (value !== 0) constant = false;
      if (value >= narrowest || value <= -narrowest) narrow = false;
      if (begun) grown[row] = value - last;
      begun = true;
      last = value;
    }
    values[row] = last;
  }
  const shared = { cells, someUnknown: unknown > 0, first: first ?? 0n, values, grown };
  if (first === null) return { ...shared, kind: columnKinds.unknown };
  if (constant && unknown === 0) return { ...shared, kind: columnKinds.constant };
  return { ...shared, kind: narrow ? columnKinds.narrow : columnKinds.wide };
}

/** By trial: the sum of the lengths of what differs from the expectation. */
function cheapest(column: Measured, { clock, follows = [] }: ColumnHint, all: readonly Measured[]): Model {
  const plain: Model = { prediction: predictions.same, follows: -1 };
  if (column.kind !== columnKinds.narrow) return plain;
  const models: readonly Model[] = [
    plain,
    { prediction: predictions.growing, follows: -1 },
    { prediction: predictions.lasting, follows: -1 },
    ...(clock === true ? [{ prediction: predictions.clock, follows: -1 }] : []),
    ...follows
      .filter((at) => all[at]?.kind === columnKinds.narrow)
      .map((at) => ({ prediction: predictions.following, follows: at })),
  ];
  let [best, least] = [plain, Number.POSITIVE_INFINITY];
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
    const other = followed?.grown[row] ?? 0;
    cost += Math.log2(1 + 2 * Math.abs(value - boundedExpectation(predictor, other)));
    predictor.learn(value, other);
  }
  return cost;
}

/** One for all columns: there are thousands of blocks to write when somebody wants to read them. */
interface Coder {
  readonly bits: BitWriter;
  readonly numbers: NumberCoder;
}

const nothing = new Uint8Array();

function encodeChunk(
  { cells, values, kind, someUnknown, first }: Measured,
  { prediction }: Model,
  followed: Measured | undefined,
  { bits, numbers }: Coder,
): Uint8Array {
  if (!hasChunk(kind)) return nothing;
  numbers.reset();
  const predictor = new Predictor(prediction);
  let last = first;
  for (const [row, cell] of cells.entries()) {
    if (someUnknown) numbers.writePresence(cell !== null, bits);
    if (cell === null) continue;
    if (kind === columnKinds.wide) {
      numbers.writeWide(zigzagWide(BigInt.asIntN(64, cell - last)), bits);
      last = cell;
      continue;
    }
    const value = values[row] ?? 0;
    const other = followed?.grown[row] ?? 0;
    numbers.write(zigzag(value - boundedExpectation(predictor, other)), bits);
    predictor.learn(value, other);
  }
  return bits.done();
}

/** Small numbers of either sign become small ones without: 0, -1, 1, -2 … are 0, 1, 2, 3 … */
function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

function zigzagWide(value: bigint): bigint {
  return value < 0n ? -2n * value - 1n : 2n * value;
}
