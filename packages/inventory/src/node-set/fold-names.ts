// Index sets by pattern as folded text: `node[1-3,5]`, `n[1-2]-ib[1-2]`.
import type { RangeSet } from '../range-set/range-set.ts';
import { type Box, boxesOf } from './boxes.ts';
import { axesOf, type FoldOptions, stepThreshold } from './fold-options.ts';
import { product } from './index-tree.ts';
import { foldAlong, foldTree } from './index-tree-fold.ts';
import { fillPattern } from './name-pattern.ts';
import type { PatternSet } from './pattern-set.ts';

/** @param size of the whole set, of which shares are taken (`autostep: '50%'`) */
export function foldNames(
  sets: readonly PatternSet[],
  size: bigint,
  { autostep, axis }: FoldOptions,
): string[] {
  const stepFrom = stepThreshold(autostep, size);
  return sets.flatMap(({ pattern, indices }) => {
    const textOf = (box: Box) =>
      fillPattern(
        pattern,
        box.map((side) => bracketed(side, stepFrom)),
      );
    const dimensions = pattern.literals.length - 1;
    const boxes =
      axis === undefined || dimensions === 0
        ? foldTree(indices, (box) => textOf(box).length + ','.length)
        : foldAlong(indices, axesOf(axis, dimensions));
    return boxes.map(textOf);
  });
}

/** The parts with one range for each index. */
export function contiguousParts(sets: readonly PatternSet[]): PatternSet[] {
  return sets.flatMap(({ pattern, indices }) =>
    boxesOf(indices).flatMap((box) => {
      const boxes = box.reduce<Box[]>(
        (begun, side) => begun.flatMap((sides) => side.contiguous().map((range) => [...sides, range])),
        [[]],
      );
      return boxes.map((part) => ({ pattern, indices: product(part) }));
    }),
  );
}

function bracketed(side: RangeSet, stepFrom: number): string {
  const text = side.toString({ stepFrom });
  return side.size === 1n ? text : `[${text}]`;
}
