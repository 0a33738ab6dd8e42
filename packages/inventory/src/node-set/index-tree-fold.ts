// An index tree as few boxes (products of range sets) as a greedy search finds: `[1-2]-ib[1-3]` and what is left.

import { RangeSet } from '../range-set/range-set.ts';
import { add, type Rank } from '../range-set/rank.ts';
import { type IndexSet, IndexTree, product, uniteAll } from './index-tree.ts';

/** A product of range sets, one for each index. */
export type Box = readonly RangeSet[];

/** With more boxes than this, or more axes, only the natural order of the axes is tried. */
const SEARCH_LIMIT = { boxes: 20_000, axes: 4 };

/** Disjoint boxes that make up the set, ascending by their first member; of several ways to fold the shortest text. */
export function foldTree(set: IndexSet): Box[] {
  const natural = boxesOf(set);
  const axes = natural[0]?.length ?? 0;
  if (natural.length <= 1 || axes === 1) return natural;
  const search = natural.length <= SEARCH_LIMIT.boxes && axes <= SEARCH_LIMIT.axes;
  let best: { boxes: Box[]; length: number } | undefined;
  for (const order of search ? permutations(axes) : [natural.keys().take(axes).toArray()]) {
    const boxes = mergeBoxes(foldInOrder(natural, order), order.toReversed());
    const length = textLength(boxes);
    if (!best || length < best.length) best = { boxes, length };
  }
  return ascending(best?.boxes ?? natural);
}

/** Folds along some axes only: along the others each box has a single index. */
export function foldAlong(set: IndexSet, axes: ReadonlySet<number>): Box[] {
  let boxes = boxesOf(set);
  for (let axis = 0; axis < (boxes[0]?.length ?? 0); axis++) {
    if (!axes.has(axis))
      boxes = boxes.flatMap((box) => singles(box[axis]).map((single) => box.with(axis, single)));
  }
  return ascending(mergeBoxes(boxes, [...axes]));
}

/** First indices that are followed by the same go together. */
function boxesOf(set: IndexSet, names = new SetNames()): Box[] {
  if (set instanceof RangeSet) return set.isEmpty ? [] : [[set]];
  const groups = Map.groupBy(set.rests.keys(), (i) => names.of(set.rests[i] ?? RangeSet.empty));
  return [...groups.values()].flatMap((intervals) => {
    const first = new RangeSet(intervals.flatMap((i) => set.bounds.slice(2 * i, 2 * i + 2)));
    const rest = set.rests[intervals[0] ?? 0] ?? RangeSet.empty;
    return boxesOf(rest, names).map((box) => [first, ...box]);
  });
}

/** The same set seen with its axes in another order, folded there. */
function foldInOrder(boxes: readonly Box[], order: readonly number[]): Box[] {
  if (order.every((axis, i) => axis === i)) return [...boxes];
  const turned = uniteAll(boxes.map((box) => product(order.map((axis) => box[axis] ?? RangeSet.empty))));
  const back = order.map((_, axis) => order.indexOf(axis));
  return boxesOf(turned).map((box) => back.map((axis) => box[axis] ?? RangeSet.empty));
}

/** Unites boxes that differ along one axis only, axis after axis, until none are left. */
function mergeBoxes(boxes: readonly Box[], axes: readonly number[]): Box[] {
  const names = new SetNames();
  let [merged, before] = [[...boxes], Number.POSITIVE_INFINITY];
  while (merged.length < before) {
    before = merged.length;
    for (const axis of axes) {
      const alike = Map.groupBy(merged, (box) =>
        box.map((side, i) => (i === axis ? '' : names.of(side))).join(),
      );
      if (alike.size === merged.length) continue;
      merged = [...alike.values()].map((group) => mergeAlong(axis, group));
    }
  }
  return merged;
}

function mergeAlong(axis: number, [first = [], ...others]: readonly Box[]): Box {
  if (others.length === 0) return first;
  const sides = [first, ...others].map((box) => box[axis] ?? RangeSet.empty);
  const united = uniteAll(sides);
  return united instanceof RangeSet ? first.with(axis, united) : first;
}

/** Short names for sets, equal for equal sets: comparing many sets becomes hashing. */
class SetNames {
  readonly #byContent = new Map<string, number>();
  readonly #bySet = new Map<IndexSet, number>();

  of(set: IndexSet): number {
    let name = this.#bySet.get(set);
    if (name !== undefined) return name;
    const rests = set instanceof IndexTree ? set.rests.map((rest) => this.of(rest)).join() : '';
    const content = `${set.bounds.join()};${rests}`;
    name = this.#byContent.get(content) ?? this.#byContent.size;
    this.#byContent.set(content, name);
    this.#bySet.set(set, name);
    return name;
  }
}

function singles(ranges: RangeSet | undefined): RangeSet[] {
  const ranks: Rank[] = [];
  const { bounds } = ranges ?? RangeSet.empty;
  for (let i = 0; i + 1 < bounds.length; i += 2) {
    for (let rank = bounds[i] ?? 0; rank < (bounds[i + 1] ?? 0); rank = add(rank, 1)) ranks.push(rank);
  }
  return ranks.map((rank) => new RangeSet([rank, add(rank, 1)]));
}

function permutations(count: number): number[][] {
  if (count === 0) return [[]];
  return permutations(count - 1).flatMap((shorter) =>
    Array.from({ length: count }, (_, at) => shorter.toSpliced(count - 1 - at, 0, count - 1)),
  );
}

function textLength(boxes: readonly Box[]): number {
  let length = 0;
  for (const box of boxes) {
    length += 1;
    for (const side of box) length += side.toString().length + (side.size === 1n ? 0 : 2);
  }
  return length;
}

function ascending(boxes: readonly Box[]): Box[] {
  return boxes.toSorted((a, b) => {
    for (const [axis, side] of a.entries()) {
      const [first = 0, second = 0] = [side.bounds[0], b[axis]?.bounds[0]];
      if (first !== second) return first < second ? -1 : 1;
    }
    return 0;
  });
}
