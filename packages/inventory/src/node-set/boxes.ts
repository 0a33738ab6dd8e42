// Boxes, products of one range set for each index, and how those of a set are found and merged. Which of the many ways
// to cut a set into boxes is taken: index-tree-fold.ts.
import { RangeSet } from '../range-set/range-set.ts';
import { add, type Rank } from '../range-set/rank.ts';
import { type IndexSet, IndexTree, product, uniteAll } from './index-tree.ts';

export type Box = readonly RangeSet[];

/** First indices that are followed by the same go together. */
export function boxesOf(set: IndexSet, names = new SetNames()): Box[] {
  if (set instanceof RangeSet) return set.isEmpty ? [] : [[set]];
  const groups = Map.groupBy(set.rests.keys(), (i) => names.of(set.rests[i] ?? RangeSet.empty));
  return [...groups.values()].flatMap((intervals) => {
    const first = new RangeSet(intervals.flatMap((i) => set.bounds.slice(2 * i, 2 * i + 2)));
    const rest = set.rests[intervals[0] ?? 0] ?? RangeSet.empty;
    return boxesOf(rest, names).map((box) => [first, ...box]);
  });
}

/** The same set seen with its axes in another order, folded there. */
export function boxesInOrder(boxes: readonly Box[], order: readonly number[]): Box[] {
  if (order.every((axis, i) => axis === i)) return [...boxes];
  const turned = uniteAll(boxes.map((box) => product(order.map((axis) => box[axis] ?? RangeSet.empty))));
  const back = order.map((_, axis) => order.indexOf(axis));
  return boxesOf(turned).map((box) => back.map((axis) => box[axis] ?? RangeSet.empty));
}

/** Unites boxes that differ along one axis only, axis after axis, until none are left. */
export function mergeBoxes(boxes: readonly Box[], axes: readonly number[]): Box[] {
  const names = new SetNames();
  let [merged, before] = [[...boxes], Number.POSITIVE_INFINITY];
  while (merged.length < before) {
    before = merged.length;
    for (const axis of axes) {
      const alike = Map.groupBy(merged, (box) => names.ofOthers(box, axis));
      if (alike.size === merged.length) continue;
      merged = [...alike.values()].map((group) => mergeAlong(axis, group));
    }
  }
  return merged;
}

/**
 * The same with the merges that make the text shortest first, whatever their axis.
 * @param lengthOf how long the text of a box is
 */
export function mergeBestFirst(boxes: readonly Box[], lengthOf: (box: Box) => number): Box[] {
  const names = new SetNames();
  const axes = Array.from(boxes[0]?.keys() ?? []);
  let left: readonly Box[] = boxes;
  for (;;) {
    const merges = axes
      .flatMap((axis) =>
        [...Map.groupBy(left, (box) => names.ofOthers(box, axis)).values()].map((group) => ({ axis, group })),
      )
      .filter(({ group }) => group.length > 1)
      .map(({ axis, group }) => ({
        axis,
        group,
        gain: sum(group.map(lengthOf)) - lengthOf(mergeAlong(axis, group)),
      }))
      .toSorted((a, b) => b.gain - a.gain);
    if (merges.length === 0) return [...left];
    const taken = new Set<Box>();
    const merged = merges.flatMap(({ axis, group }) => {
      const free = group.filter((box) => !taken.has(box));
      if (free.length < 2) return [];
      for (const box of free) taken.add(box);
      return [mergeAlong(axis, free)];
    });
    left = [...merged, ...left.filter((box) => !taken.has(box))];
  }
}

function sum(lengths: readonly number[]): number {
  return lengths.reduce((total, length) => total + length, 0);
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

  /** A name for all sides of a box but one. */
  ofOthers(box: Box, axis: number): string {
    return box.map((side, i) => (i === axis ? '' : this.of(side))).join();
  }
}

/** Boxes of a single index along these axes. */
export function cutAlong(boxes: readonly Box[], axes: Iterable<number>): Box[] {
  let cut = [...boxes];
  for (const axis of axes)
    cut = cut.flatMap((box) => singles(box[axis]).map((single) => box.with(axis, single)));
  return cut;
}

function singles(ranges: RangeSet | undefined): RangeSet[] {
  const ranks: Rank[] = [];
  const { bounds } = ranges ?? RangeSet.empty;
  for (let i = 0; i + 1 < bounds.length; i += 2) {
    for (let rank = bounds[i] ?? 0; rank < (bounds[i + 1] ?? 0); rank = add(rank, 1)) ranks.push(rank);
  }
  return ranks.map((rank) => new RangeSet([rank, add(rank, 1)]));
}

/** By their first members. */
export function ascending(boxes: readonly Box[]): Box[] {
  return boxes.toSorted((a, b) => {
    for (const [axis, side] of a.entries()) {
      const [first = 0, second = 0] = [side.bounds[0], b[axis]?.bounds[0]];
      if (first !== second) return first < second ? -1 : 1;
    }
    return 0;
  });
}
