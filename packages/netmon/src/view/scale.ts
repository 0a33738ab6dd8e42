// Where a value stands between nothing and the top of a picture, linear or logarithmic.

export interface Scale {
  readonly top: number;
  readonly logarithmic: boolean;
}

/** A logarithmic scale spans so many powers of ten below its top: 2 kB/s are seen beside 100 Gbit/s. */
const decades = 7;

/** 0 to 1 */
export function position(value: number, { top, logarithmic }: Scale): number {
  if (!(value > 0) || top <= 0) return 0;
  const share = logarithmic ? 1 + Math.log10(value / top) / decades : value / top;
  return Math.min(1, Math.max(0, share));
}

/** One of `levels` steps, from 0; the first is only for nothing at all. */
export function step(value: number, scale: Scale, levels: number): number {
  if (!(value > 0)) return 0;
  return Math.min(levels - 1, 1 + Math.floor(position(value, scale) * (levels - 1)));
}

/** The next of 1, 2, 5, 10, … that is not below. */
export function roundTop(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const digit = value / power;
  return (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10) * power;
}
