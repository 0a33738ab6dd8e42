// An index tree as few boxes as a greedy search finds: `[1-2]-ib[1-3]` and what is left. Finding the fewest is NP-hard.
import { DIFFERENCE } from '../range-set/set-operation.ts';
import { ascending, type Box, boxesInOrder, boxesOf, cutAlong, mergeBestFirst, mergeBoxes } from './boxes.ts';
import { combine, type IndexSet, product } from './index-tree.ts';

/** With more intervals to look at, in all orders of the axes together, only the natural order is tried: about a second. */
const SEARCH_LIMIT = 500_000;
/** Up to so many members they are also merged one by one. */
const MEMBERS_LIMIT = 20_000;
/** Up to so many axes all their orders are tried; with more, those that begin with each in turn. */
const PERMUTED_AXES = 4;
/** Up to so many boxes the largest one is sought, again and again: quadratic, and at times a little shorter. */
const PEEL_LIMIT = 24;

/**
 * Disjoint boxes that make up the set, ascending by their first member; of several ways to fold the shortest text.
 * @param lengthOf how long the text of a box is
 */
export function foldTree(set: IndexSet, lengthOf: (box: Box) => number): Box[] {
  const natural = boxesOf(set);
  if (natural.length <= 1 || natural[0]?.length === 1) return natural;
  const ways = waysToFold(set, natural, lengthOf).map((boxes) => ({
    boxes,
    length: boxes.reduce((length, box) => length + lengthOf(box), 0),
  }));
  return ascending(ways.reduce((best, way) => (way.length < best.length ? way : best)).boxes);
}

/** Folds along some axes only: along the others each box has a single index. */
export function foldAlong(set: IndexSet, axes: ReadonlySet<number>): Box[] {
  const natural = boxesOf(set);
  const others = natural[0]?.keys().filter((axis) => !axes.has(axis)) ?? [];
  return ascending(mergeBoxes(cutAlong(natural, others), [...axes]));
}

function* waysToFold(
  set: IndexSet,
  natural: readonly Box[],
  lengthOf: (box: Box) => number,
): Generator<Box[]> {
  const axes = Array.from(natural[0]?.keys() ?? []);
  const all = ordersOf(axes);
  const intervals = natural.reduce(
    (sum, box) => box.reduce((sum, side) => sum + side.bounds.length / 2, sum),
    0,
  );
  const search = intervals * all.length <= SEARCH_LIMIT;
  const orders = search ? all : [axes];
  for (const order of orders) yield mergeBoxes(boxesInOrder(natural, order), order.toReversed());
  if (!search) return;
  if (set.size <= MEMBERS_LIMIT) yield mergeBestFirst(cutAlong(natural, axes), lengthOf);
  if (natural.length > PEEL_LIMIT) return;
  yield mergeBoxes(peel(set, orders, volume), axes);
  yield mergeBoxes(
    peel(set, orders, (box) => volume(box) / lengthOf(box)),
    axes,
  );
}

/** Takes the box of the greatest worth away until nothing is left. */
function peel(set: IndexSet, orders: readonly number[][], worth: (box: Box) => number): Box[] {
  const peeled: Box[] = [];
  for (let left = set; !left.isEmpty; ) {
    const natural = boxesOf(left);
    const found = orders
      .flatMap((order) => boxesInOrder(natural, order))
      .map((box) => ({ box, worth: worth(box) }));
    const { box } = found.reduce((best, other) => (other.worth > best.worth ? other : best));
    peeled.push(box);
    left = combine(left, product(box), DIFFERENCE);
  }
  return peeled;
}

function volume(box: Box): number {
  return box.reduce((product, side) => product * Number(side.size), 1);
}

function ordersOf(axes: readonly number[]): number[][] {
  if (axes.length <= PERMUTED_AXES) return permutations(axes.length);
  return axes.flatMap((first) => {
    const turned = [...axes.slice(first), ...axes.slice(0, first)];
    return [turned, turned.toReversed()];
  });
}

function permutations(count: number): number[][] {
  if (count === 0) return [[]];
  return permutations(count - 1).flatMap((shorter) =>
    Array.from({ length: count }, (_, at) => shorter.toSpliced(count - 1 - at, 0, count - 1)),
  );
}
