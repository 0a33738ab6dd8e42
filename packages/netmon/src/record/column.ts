// Columns of whole numbers: what is said of each at the head of a block. Then follow their chunks, one a column, each of what
// differs from what was expected (predictor.ts, number-coder.ts), so that a column that is not asked for need not be read.
// Columns that never change, and those of which nothing is known, have no chunk.
import type { ByteSink, ByteSource } from './bytes.ts';
import { type Prediction, predictions } from './predictor.ts';

/** 64 bits without a sign, or unknown. */
export type Cell = bigint | null;

/** Numbers in the file, from 0 on. `wide`: spread over more than doubles can hold. */
export const columnKinds = { unknown: 0, constant: 1, narrow: 2, wide: 3 } as const;
export type ColumnKind = (typeof columnKinds)[keyof typeof columnKinds];
/** Added where some are unknown. */
const someUnknown = 0x80;

export interface Model {
  readonly prediction: Prediction;
  /** Column that is followed; -1 = none. */
  readonly follows: number;
}

export interface ColumnHead {
  readonly kind: ColumnKind;
  readonly someUnknown: boolean;
  /** The first that is known. */
  readonly first: bigint;
  readonly model: Model;
  /** Bytes of its chunk. */
  readonly length: number;
}

export function hasChunk(kind: ColumnKind): boolean {
  return kind === columnKinds.narrow || kind === columnKinds.wide;
}

export function writeHead(head: ColumnHead, out: ByteSink): void {
  out.byte(head.kind | (head.someUnknown ? someUnknown : 0));
  if (head.kind === columnKinds.unknown) return;
  out.varint(head.first);
  if (!hasChunk(head.kind)) return;
  out.varint(BigInt(head.length));
  if (head.kind !== columnKinds.narrow) return;
  out.byte(head.model.prediction);
  if (head.model.prediction === predictions.following) out.varint(BigInt(head.model.follows));
}

/** @throws RangeError for bytes that are none */
export function readHead(source: ByteSource): ColumnHead {
  const flags = source.byte();
  const kind = kindOf(flags & ~someUnknown);
  const first = kind === columnKinds.unknown ? 0n : source.varint();
  const length = hasChunk(kind) ? Number(source.varint()) : 0;
  const prediction = predictionOf(kind === columnKinds.narrow ? source.byte() : 0);
  const follows = prediction === predictions.following ? Number(source.varint()) : -1;
  return { kind, someUnknown: (flags & someUnknown) !== 0, first, length, model: { prediction, follows } };
}

const kinds = Object.values(columnKinds);
const knownPredictions = Object.values(predictions);

function kindOf(value: number): ColumnKind {
  const kind = kinds[value];
  if (kind === undefined) throw new RangeError(`column of unknown kind ${value}`);
  return kind;
}

function predictionOf(value: number): Prediction {
  const prediction = knownPredictions[value];
  if (prediction === undefined) throw new RangeError(`column of unknown prediction ${value}`);
  return prediction;
}
