// Sets of index vectors (`r1n2` has the vector 1, 2) as a tree: intervals of the first index, and for each
// the set of what may follow. Equal neighbours are merged, so a set has one form, a grid costs as much as its sides,
// and every operation is one sweep along the intervals.

import { intervalAt, RangeSet } from '../range-set/range-set.ts';
import { add, type Rank, subtract } from '../range-set/rank.ts';
import { type Bounds, type SetOperation, UNION } from '../range-set/set-operation.ts';

/** All members have the same number of indices: one in a RangeSet, more in a tree. */
export type IndexSet = RangeSet | IndexTree;

export class IndexTree {
  /** Intervals of the first index; unlike those of a RangeSet, neighbours may touch. */
  readonly bounds: Bounds;
  /** What follows the first index, one for each interval; never empty. */
  readonly rests: readonly IndexSet[];
  #size: bigint | undefined;

  constructor(bounds: Bounds, rests: readonly IndexSet[]) {
    this.bounds = bounds;
    this.rests = rests;
  }

  get size(): bigint {
    this.#size ??= this.rests.reduce((sum, rest, i) => sum + this.width(i) * rest.size, 0n);
    return this.#size;
  }

  get isEmpty(): boolean {
    return this.rests.length === 0;
  }

  /** How many first indices the interval `i` holds. */
  width(i: number): bigint {
    return BigInt(subtract(this.bounds[2 * i + 1] ?? 0, this.bounds[2 * i] ?? 0));
  }
}

/** Collects intervals in ascending order and merges neighbours that are followed by the same. */
export class IndexTreeBuilder {
  readonly #bounds: Rank[] = [];
  readonly #rests: IndexSet[] = [];

  push(start: Rank, end: Rank, rest: IndexSet): void {
    const last = this.#rests.at(-1);
    if (last && this.#bounds.at(-1) === start && sameSet(last, rest))
      this.#bounds[this.#bounds.length - 1] = end;
    else {
      this.#bounds.push(start, end);
      this.#rests.push(rest);
    }
  }

  build(): IndexTree {
    return new IndexTree(this.#bounds, this.#rests);
  }
}

/** Every combination of one index out of each range set. */
export function product(box: readonly RangeSet[]): IndexSet {
  return (
    box.reduceRight<IndexSet | undefined>((rest, ranges) => {
      if (!rest) return ranges;
      if (rest.isEmpty) return new IndexTree([], []);
      return new IndexTree(
        ranges.bounds,
        Array.from({ length: ranges.bounds.length / 2 }, () => rest),
      );
    }, undefined) ?? RangeSet.empty
  );
}

/** Both sets must have the same number of indices. */
export function combine(a: IndexSet, b: IndexSet, operation: SetOperation): IndexSet {
  if (a instanceof RangeSet && b instanceof RangeSet) return a.combine(b, operation);
  if (a instanceof IndexTree && b instanceof IndexTree) return combineTrees(a, b, operation);
  throw new RangeError('index vectors of different lengths');
}

function combineTrees(a: IndexTree, b: IndexTree, operation: SetOperation): IndexTree {
  const built = new IndexTreeBuilder();
  const combineRests = memoized(operation);
  let [i, j] = [0, 0];
  let from: Rank = 0;
  while (i < a.bounds.length || j < b.bounds.length) {
    const at = lesser(a.bounds[i], b.bounds[j]);
    const restA = i % 2 === 1 ? a.rests[i >> 1] : undefined;
    const restB = j % 2 === 1 ? b.rests[j >> 1] : undefined;
    const rest = combineRests(restA, restB);
    if (rest && !rest.isEmpty) built.push(from, at, rest);
    from = at;
    // Twice where one interval ends and the next begins.
    while (a.bounds[i] === at) i++;
    while (b.bounds[j] === at) j++;
  }
  return built.build();
}

function lesser(a: Rank | undefined, b: Rank | undefined): Rank {
  if (a === undefined) return b ?? 0;
  return b === undefined || a <= b ? a : b;
}

/** The same pair of sets meets again and again along an axis: it is combined once. */
function memoized(operation: SetOperation): (a?: IndexSet, b?: IndexSet) => IndexSet | undefined {
  const known = new Map<IndexSet, Map<IndexSet, IndexSet>>();
  return (a, b) => {
    if (!a) return operation.right ? b : undefined;
    if (!b) return operation.left ? a : undefined;
    if (a === b) return operation.both ? a : undefined;
    let row = known.get(a);
    if (!row) known.set(a, (row = new Map()));
    let result = row.get(b);
    if (!result) row.set(b, (result = combine(a, b, operation)));
    return result;
  };
}

/** By halves, so that uniting many small sets is not quadratic. */
export function uniteAll(sets: readonly IndexSet[]): IndexSet {
  const [first, second] = sets;
  if (!first) return RangeSet.empty;
  if (!second) return first;
  const half = sets.length >> 1;
  return combine(uniteAll(sets.slice(0, half)), uniteAll(sets.slice(half)), UNION);
}

export function sameSet(a: IndexSet, b: IndexSet): boolean {
  if (a === b) return true;
  if (a.bounds.length !== b.bounds.length) return false;
  for (let i = 0; i < a.bounds.length; i++) if (a.bounds[i] !== b.bounds[i]) return false;
  if (a instanceof RangeSet || b instanceof RangeSet) return a instanceof RangeSet && b instanceof RangeSet;
  return a.rests.every((rest, i) => sameSet(rest, b.rests[i] ?? RangeSet.empty));
}

export function hasVector(set: IndexSet, ranks: readonly Rank[]): boolean {
  let here: IndexSet | undefined = set;
  for (const rank of ranks) {
    const interval: number | undefined = here && intervalAt(here.bounds, rank);
    if (interval === undefined) return false;
    here = here instanceof IndexTree ? here.rests[interval] : undefined;
  }
  return true;
}

/** The members at positions `start` up to, not including, `end`, in order. */
export function sliceOf(set: IndexSet, start: bigint, end: bigint): IndexSet {
  if (set instanceof RangeSet) return set.slice(start, end);
  const built = new IndexTreeBuilder();
  let position = 0n;
  for (const [i, rest] of set.rests.entries()) {
    const size = set.width(i) * rest.size;
    const from = start > position ? start - position : 0n;
    const to = end - position < size ? end - position : size;
    if (from < to) sliceInterval(built, set.bounds[2 * i] ?? 0, rest, from, to);
    position += size;
  }
  return built.build();
}

/** A part of `rest` after the first index touched, all of it after those between, a part after the last. */
function sliceInterval(built: IndexTreeBuilder, base: Rank, rest: IndexSet, from: bigint, to: bigint): void {
  let position = from;
  while (position < to) {
    const index = position / rest.size;
    const offset = position % rest.size;
    const whole = offset === 0n ? (to - position) / rest.size : 0n;
    const begin = add(base, index);
    if (whole > 0n) {
      built.push(begin, add(begin, whole), rest);
      position += whole * rest.size;
    } else {
      const stop = to - index * rest.size < rest.size ? to - index * rest.size : rest.size;
      built.push(begin, add(begin, 1), sliceOf(rest, offset, stop));
      position = index * rest.size + stop;
    }
  }
}
