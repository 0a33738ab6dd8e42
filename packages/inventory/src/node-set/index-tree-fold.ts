// An index tree as few boxes as a greedy search finds: `[1-2]-ib[1-3]` and what is left. Finding the fewest is NP-hard.
import { DIFFERENCE } from '../range-set/set-operation.ts';
import { ascending, type Box, boxesInOrder, boxesOf, cutAlong, mergeBestFirst, mergeBoxes } from './boxes.ts';
import { combine, type IndexSet, product } from './index-tree.ts';

/** With more axes or boxes than this only the natural order of the axes is tried. */
const SEARCH_LIMIT = { boxes: 20_000, axes: 4 };
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
  const search = natural.length <= SEARCH_LIMIT.boxes && axes.length <= SEARCH_LIMIT.axes;
  const orders = search ? permutations(axes.length) : [axes];
  for (const order of orders) yield mergeBoxes(boxesInOrder(natural, order), order.toReversed());
  if (!search) return;
  if (set.size <= SEARCH_LIMIT.boxes) yield mergeBestFirst(cutAlong(natural, axes), lengthOf);
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

function permutations(count: number): number[][] {
  if (count === 0) return [[]];
  return permutations(count - 1).flatMap((shorter) =>
    Array.from({ length: count }, (_, at) => shorter.toSpliced(count - 1 - at, 0, count - 1)),
  );
}
