// Which measurements are far below the others: by the median and the median of the deviations from it, which a few bad links do
// not move (Iglewicz and Hoaglin, 1993).

/** As they recommend. */
const farScore = -3.5;
/** With few pairs, or pairs that differ anyway, no score is far; a quarter of the median is, whatever the others do. */
const farBelow = 0.75;
/** Less is what two runs of the same pair differ by. */
const smallestDifference = 0.1;
/** Links that all measure alike have next to no deviation: then a score says nothing. */
const smallestDeviation = 0.02;
const normalScale = 0.6745;

export interface Judged {
  /** Robust z: in standard deviations, if they were distributed normally. */
  readonly score: number;
  /** Share below the median, from 0; negative above. */
  readonly below: number;
  readonly outlier: boolean;
}

/** Undefined for each where fewer than three are known. */
export function judge(values: readonly (number | null)[]): readonly (Judged | undefined)[] {
  const known = values.filter((value) => value !== null);
  const middle = medianOf(known);
  if (known.length < 3 || middle === undefined || middle === 0) return values.map(() => undefined);
  const deviation = Math.max(
    medianOf(known.map((value) => Math.abs(value - middle))) ?? 0,
    middle * smallestDeviation,
  );
  return values.map((value) => {
    if (value === null) return undefined;
    const score = (normalScale * (value - middle)) / deviation;
    const below = 1 - value / middle;
    return { score, below, outlier: below >= farBelow || (score <= farScore && below >= smallestDifference) };
  });
}

export function medianOf(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  const [low, high] = [sorted[half - 1], sorted[half]];
  if (high === undefined) return undefined;
  return sorted.length % 2 === 1 || low === undefined ? high : (low + high) / 2;
}
