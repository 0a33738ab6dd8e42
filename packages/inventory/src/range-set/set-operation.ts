// The four set operations, told by what they keep: members of the left set only, of the right set only, of both.
import type { Rank } from './rank.ts';

export interface SetOperation {
  readonly left: boolean;
  readonly right: boolean;
  readonly both: boolean;
}

export const UNION: SetOperation = { left: true, right: true, both: true };
export const DIFFERENCE: SetOperation = { left: true, right: false, both: false };
export const INTERSECTION: SetOperation = { left: false, right: false, both: true };
export const SYMMETRIC_DIFFERENCE: SetOperation = { left: true, right: true, both: false };

/** Intervals as `start, end, start, end, …`: ascending, disjoint, not touching; `end` is the first rank outside. */
export type Bounds = readonly Rank[];

/** One sweep over both lists of intervals; members are never enumerated. */
export function combineBounds(a: Bounds, b: Bounds, operation: SetOperation): Bounds {
  const bounds: Rank[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [nextA, nextB] = [a[i], b[j]];
    const at = nextB === undefined || (nextA !== undefined && nextA <= nextB) ? nextA : nextB;
    if (at === undefined) break;
    if (nextA === at) i++;
    if (nextB === at) j++;
    // An odd position is inside an interval.
    const keep =
      i % 2 === 1 ? (j % 2 === 1 ? operation.both : operation.left) : j % 2 === 1 && operation.right;
    if (keep !== (bounds.length % 2 === 1)) bounds.push(at);
  }
  return bounds;
}
