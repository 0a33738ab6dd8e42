// Intervals of ranks seen as runs of numbers of one width, which is how they are written and computed with.
import { add, firstRank, type Rank, rankOfValue, subtract, widthOf } from './rank.ts';
import type { Bounds } from './set-operation.ts';

/** The indices `first` to `last`, each written with `width` digits. */
export interface Run {
  readonly width: number;
  readonly first: Rank;
  readonly last: Rank;
}

/** Splits intervals where the width changes. */
export function* runsOf(bounds: Bounds): Generator<Run> {
  for (let i = 0; i + 1 < bounds.length; i += 2) {
    let start: Rank = bounds[i] ?? 0;
    const end: Rank = bounds[i + 1] ?? 0;
    while (start < end) {
      const width = widthOf(start);
      const next = firstRank(width + 1);
      const stop = next < end ? next : end;
      const zero = firstRank(width);
      yield { width, first: subtract(start, zero), last: subtract(subtract(stop, zero), 1) };
      start = stop;
    }
  }
}

/** The intervals of runs given in any order, overlapping or not. */
export function boundsOf(runs: readonly Run[]): Bounds {
  const intervals = runs.map(({ width, first, last }) => ({
    start: rankOfValue(width, first),
    end: add(rankOfValue(width, last), 1),
  }));
  intervals.sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
  const bounds: Rank[] = [];
  let reach: Rank = -1;
  for (const { start, end } of intervals) {
    if (start > reach) bounds.push(start, end);
    else if (end > reach) bounds[bounds.length - 1] = end;
    if (end > reach) reach = end;
  }
  return bounds;
}

/** The intervals of single ranks; sorts the array it is given. */
export function boundsOfRanks(ranks: Float64Array | Rank[]): Bounds {
  if (Array.isArray(ranks)) ranks.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  else ranks.sort();
  const bounds: Rank[] = [];
  let reach: Rank | undefined;
  for (const rank of ranks) {
    if (reach !== undefined && rank < reach) continue;
    const next: Rank = typeof rank === 'number' && rank < Number.MAX_SAFE_INTEGER ? rank + 1 : add(rank, 1);
    if (rank === reach) bounds[bounds.length - 1] = next;
    else bounds.push(rank, next);
    reach = next;
  }
  return bounds;
}
