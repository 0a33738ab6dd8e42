// Robust statistics over the values of a group of nodes. Pure: numbers in, numbers out.

/** Middle value; the mean of the two middle ones of an even count. NaN of nothing. */
export function median(values: readonly number[]): number {
  if (values.length === 0) return Number.NaN;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** 1.4826 × median absolute deviation: estimates the standard deviation, and a few outliers do not move it. */
export function robustSigma(values: readonly number[]): number {
  const middle = median(values);
  return 1.4826 * median(values.map((value) => Math.abs(value - middle)));
}

/** Share of the median below which sigma is not believed: a quiet group would make every hair an outlier. */
const SIGMA_FLOOR = 0.003;

/** What values of a group are measured with. */
export interface RobustScale {
  readonly median: number;
  readonly sigma: number;
}

/** Median and robust sigma of a group; sigma is at least {@link SIGMA_FLOOR} of the median. */
export function robustScale(group: readonly number[]): RobustScale {
  const middle = median(group);
  return { median: middle, sigma: Math.max(robustSigma(group), SIGMA_FLOOR * Math.abs(middle)) };
}

/** How many sigmas a value lies from the median of its group. */
export function robustZ(value: number, scale: RobustScale): number {
  return (value - scale.median) / scale.sigma;
}

/** Two clusters of values: `low` and `high` are their medians, `split` lies between them. */
export interface TwoClusters {
  readonly low: number;
  readonly high: number;
  readonly split: number;
  readonly lowCount: number;
}

const LEAST_CLUSTER = 3;

/**
 * Are there two groups where one was expected? A rack with slower DIMMs hides in its own median. They are two if the gap between their
 * medians is over 2 % and over six times the spread within, each holds at least three values and a tenth of all.
 */
export function findTwoClusters(values: readonly number[]): TwoClusters | null {
  const sorted = values.toSorted((a, b) => a - b);
  const least = Math.max(LEAST_CLUSTER, Math.ceil(sorted.length / 10));
  const at = widestGap(sorted, least);
  if (at === null) return null;
  const below = sorted.slice(0, at);
  const above = sorted.slice(at);
  const [low, high] = [median(below), median(above)];
  const spread = Math.max(robustSigma(below), robustSigma(above), SIGMA_FLOOR * high);
  if (high - low <= 0.02 * high || high - low <= 6 * spread) return null;
  return { low, high, split: ((sorted[at - 1] ?? low) + (sorted[at] ?? high)) / 2, lowCount: at };
}

/** Index of the first value above the widest gap that leaves `least` values on both sides. */
function widestGap(sorted: readonly number[], least: number): number | null {
  let best: number | null = null;
  let width = 0;
  for (let at = least; at <= sorted.length - least; at++) {
    const gap = (sorted[at] ?? 0) - (sorted[at - 1] ?? 0);
    if (gap > width) [best, width] = [at, gap];
  }
  return best;
}
