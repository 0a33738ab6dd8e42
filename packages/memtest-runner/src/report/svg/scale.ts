// Linear scales with round ticks.

export interface Scale {
  readonly low: number;
  readonly high: number;
  /** Value to coordinate, one decimal. */
  at(value: number): number;
  readonly ticks: readonly number[];
}

/** From the values to the coordinates `from` (of the lowest) and `to`, with some air around. */
export function scaleOf(values: readonly number[], from: number, to: number, mostTicks = 6): Scale {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  if (!Number.isFinite(least)) [least, most] = [0, 1];
  const air = (most - least || Math.abs(most) || 1) * 0.06;
  const [low, high] = [least >= 0 ? Math.max(0, least - air) : least - air, most + air];
  const step = roundStep((high - low) / mostTicks);
  const first = Math.ceil(low / step);
  const count = Math.max(0, Math.floor(high / step) - first + 1);
  return {
    low,
    high,
    at: (value) => Math.round((from + ((value - low) / (high - low)) * (to - from)) * 10) / 10,
    ticks: Array.from({ length: count }, (_, index) => (first + index) * step),
  };
}

/** 1, 2 or 5 times a power of ten, at least `step`. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const factor = [1, 2, 5, 10].find((each) => each * power >= step * 0.999) ?? 10;
  return factor * power;
}

/** `12.5` of 12.5e9, as GB/s (decimal, as STREAM counts). */
export function gigabytes(bytesPerSecond: number, digits = 1): string {
  return (bytesPerSecond / 1e9).toFixed(digits);
}
