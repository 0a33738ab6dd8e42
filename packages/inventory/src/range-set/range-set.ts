// One-dimensional sets of indices, kept as intervals: what stands between the brackets of a node set.
import { HeorotError } from '../error/heorot-error.ts';
import { formatRanges } from './format-ranges.ts';
import { parseRanges } from './parse-ranges.ts';
import { add, type Rank, rankOf, subtract, textOf } from './rank.ts';
import { boundsOf, boundsOfRanks, runsOf } from './runs.ts';
import {
  type Bounds,
  combineBounds,
  DIFFERENCE,
  INTERSECTION,
  type SetOperation,
  SYMMETRIC_DIFFERENCE,
  UNION,
} from './set-operation.ts';

/**
 * An immutable set of indices. An index is its text: 1, 01 and 001 are three; 10 is shared by 1-10 and 01-10.
 * Iterates by width, then value. A million consecutive indices cost as much as one.
 *
 * @example RangeSet.parse('1-3,5').union(RangeSet.parse('4')).toString() // '1-5'
 */
export class RangeSet implements Iterable<string> {
  static readonly empty = new RangeSet([]);

  /** The intervals, as ranks; see rank.ts. */
  readonly bounds: Bounds;
  #size: bigint | undefined;

  constructor(bounds: Bounds) {
    this.bounds = bounds;
  }

  /** Bare ranges, as `nodeset -R` reads them: `1-3,05-10,20-40/5`; nothing is the empty set. @throws HeorotError `range-set-syntax` */
  static parse(text: string): RangeSet {
    if (text.trim() === '') return RangeSet.empty;
    return new RangeSet(
      parseRanges(text, (offset, problem, hint) => {
        const options = hint === undefined ? {} : { hint };
        throw new HeorotError(
          'range-set-syntax',
          `ranges '${text}': ${problem} at offset ${offset}`,
          options,
        );
      }),
    );
  }

  /** @param indices texts of digits */
  static from(indices: Iterable<string>): RangeSet {
    return new RangeSet(boundsOfRanks(Array.from(indices, rankOf)));
  }

  get size(): bigint {
    this.#size ??= sizeOf(this.bounds);
    return this.#size;
  }

  get isEmpty(): boolean {
    return this.bounds.length === 0;
  }

  has(index: string): boolean {
    return /^\d+$/.test(index) && intervalAt(this.bounds, rankOf(index)) !== undefined;
  }

  combine(other: RangeSet, operation: SetOperation): RangeSet {
    return new RangeSet(combineBounds(this.bounds, other.bounds, operation));
  }
  union(other: RangeSet): RangeSet {
    return this.combine(other, UNION);
  }
  difference(other: RangeSet): RangeSet {
    return this.combine(other, DIFFERENCE);
  }
  intersection(other: RangeSet): RangeSet {
    return this.combine(other, INTERSECTION);
  }
  symmetricDifference(other: RangeSet): RangeSet {
    return this.combine(other, SYMMETRIC_DIFFERENCE);
  }
  equals(other: RangeSet): boolean {
    const { bounds } = this;
    return bounds.length === other.bounds.length && bounds.every((bound, i) => bound === other.bounds[i]);
  }

  *[Symbol.iterator](): Generator<string> {
    for (const { width, first, last } of runsOf(this.bounds)) {
      for (let value = first; value <= last; value = add(value, 1)) yield String(value).padStart(width, '0');
    }
  }

  /** The indices at positions `start` up to, not including, `end`, counted from 0. */
  slice(start: bigint, end: bigint): RangeSet {
    const bounds: Rank[] = [];
    let position = 0n;
    for (let i = 0; i + 1 < this.bounds.length && position < end; i += 2) {
      const [from = 0, to = 0] = [this.bounds[i], this.bounds[i + 1]];
      const length = BigInt(subtract(to, from));
      const skip = start > position ? start - position : 0n;
      const take = end - position < length ? end - position : length;
      if (skip < take) bounds.push(add(from, skip), add(from, take));
      position += length;
    }
    return new RangeSet(bounds);
  }

  /** One set for each stretch of consecutive numbers that is written as one range. */
  contiguous(): RangeSet[] {
    return this.toString()
      .split(',')
      .filter((range) => range !== '')
      .map((range) => RangeSet.parse(range));
  }

  /** `1-3,5`; with `stepFrom`, steps from so many members on. */
  toString(options: { readonly stepFrom?: number } = {}): string {
    return formatRanges(this.bounds, options.stepFrom);
  }

  /** Each index with these digits before it: `[1-2]` and `10` make `[101-102]`. */
  withPrefix(digits: string): RangeSet {
    return new RangeSet(
      boundsOf(
        Array.from(runsOf(this.bounds), ({ width, first, last }) => {
          const base = BigInt(digits) * 10n ** BigInt(width);
          return { width: width + digits.length, first: add(base, first), last: add(base, last) };
        }),
      ),
    );
  }

  /** Each index with these digits behind it: `[1-2]` and `0` make `[10,20]`. Enumerates. */
  withSuffix(digits: string): RangeSet {
    return RangeSet.from(Array.from(this, (index) => index + digits));
  }

  /** The first and the longest index, without enumerating. */
  get extremes(): readonly string[] {
    const [first, end] = [this.bounds[0], this.bounds.at(-1)];
    return first === undefined || end === undefined ? [] : [textOf(first), textOf(subtract(end, 1))];
  }
}

/** Which interval (0, 1, …) holds the rank. */
export function intervalAt(bounds: Bounds, rank: Rank): number | undefined {
  let [low, high] = [0, bounds.length / 2 - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (rank < (bounds[middle * 2] ?? 0)) high = middle - 1;
    else if (rank >= (bounds[middle * 2 + 1] ?? 0)) low = middle + 1;
    else return middle;
  }
  return undefined;
}

function sizeOf(bounds: Bounds): bigint {
  let small = 0;
  let large = 0n;
  for (let i = 0; i + 1 < bounds.length; i += 2) {
    const length = subtract(bounds[i + 1] ?? 0, bounds[i] ?? 0);
    // Disjoint intervals of safe ranks: their lengths sum up to a safe number.
    if (typeof length === 'number' && small + length <= Number.MAX_SAFE_INTEGER) small += length;
    else large += BigInt(length);
  }
  return large + BigInt(small);
}
