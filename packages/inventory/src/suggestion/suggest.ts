// Did-you-mean for flags, verbs, nodes, groups and keys: the nearest known word, if one is near enough to be meant.

/**
 * The candidate nearest to a mistyped word; undefined when none is near.
 * Distance is Damerau-Levenshtein (optimal string alignment): one insertion, deletion, change or swap of neighbours.
 * Up to one slip is forgiven in three characters, up to three in ten; upper and lower case count as the same.
 *
 * @example suggest('computee', ['compute', 'login']) // 'compute'
 */
export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  const typed = word.toLowerCase();
  let best: string | undefined;
  let bound = slipsForgiven(typed.length);
  for (const candidate of candidates) {
    if (candidate === word) continue;
    const distance = boundedDistance(typed, candidate.toLowerCase(), bound);
    if (distance > bound || (best !== undefined && distance === bound)) continue;
    best = candidate;
    bound = distance;
    if (distance === 0) break;
  }
  return best;
}

/** `did you mean 'compute'?`, or undefined; ready to be the hint of an error. */
export function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  const meant = suggest(word, candidates);
  return meant === undefined ? undefined : `did you mean '${meant}'?`;
}

function slipsForgiven(length: number): number {
  if (length <= 1) return 0;
  if (length <= 4) return 1;
  return length <= 8 ? 2 : 3;
}

/** Distance up to `bound`; anything above is only known to be more than `bound`. */
function boundedDistance(a: string, b: string, bound: number): number {
  if (a === b) return 0;
  if (Math.abs(a.length - b.length) > bound) return bound + 1;
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    let least = row;
    for (let column = 1; column <= b.length; column++) {
      const change = a[row - 1] === b[column - 1] ? 0 : 1;
      let distance = Math.min(
        at(previous, column) + 1,
        at(current, column - 1) + 1,
        at(previous, column - 1) + change,
      );
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) distance = Math.min(distance, at(beforePrevious, column - 2) + 1);
      current.push(distance);
      least = Math.min(least, distance);
    }
    if (least > bound) return bound + 1;
    beforePrevious = previous;
    previous = current;
  }
  return at(previous, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
