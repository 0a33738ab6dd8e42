// One counter over time: by how much it grew, or why that is not known. Growth is only ever told when it is certain.

/** What one counter did between two readings. */
export type Growth =
  | { readonly kind: 'grew'; readonly by: bigint }
  /** Went past its width once; only where width and link speed leave no other reading. */
  | { readonly kind: 'wrapped'; readonly by: bigint }
  | { readonly kind: 'unknown'; readonly why: Unknown };

/**
 * `first`: nothing to compare with. `unreadable`: no value. `decreased`: fell, by a reset or a zero read. `doubtful`: still
 * 0 after it fell. `returned`: as high as before it fell, so that the reading in between was false.
 */
type Unknown = 'first' | 'unreadable' | 'decreased' | 'doubtful' | 'returned';

/** The memory of one counter. */
export interface CounterTrack {
  readonly value: bigint | null;
  /** The counter fell from `high`, so many readings ago: whether it was reset or misread is not known yet. */
  readonly fell: { readonly high: bigint; readonly readings: number } | null;
}

export interface CounterStep {
  readonly track: CounterTrack;
  readonly growth: Growth;
}

/**
 * A counter that stays 0 for so many readings after it fell was reset: drivers misread once or twice, not for long. Should
 * it be back at its old height after all, that still is no growth.
 */
const doubtfulReadings = 3;

/**
 * The growth from the last reading to this one; `track` undefined at the first.
 * @param most what the link can have carried meanwhile: a counter that goes from 0 past it was misread when it was 0
 */
export function stepCounter(
  track: CounterTrack | undefined,
  value: bigint | null,
  most = Number.POSITIVE_INFINITY,
): CounterStep {
  if (value === null) return unknown('unreadable', null);
  if (track === undefined || track.value === null) return unknown('first', value);
  const { fell } = track;
  if (fell !== null) {
    if (value >= fell.high) return unknown('returned', value);
    if (value < track.value) return unknown('decreased', value, { high: fell.high, readings: 1 });
    if (value === 0n) {
      const still = { high: fell.high, readings: fell.readings + 1 };
      if (fell.readings < doubtfulReadings) return unknown('doubtful', value, still);
      return { track: { value, fell: still }, growth: { kind: 'grew', by: 0n } };
    }
  }
  if (value < track.value) return unknown('decreased', value, { high: track.value, readings: 1 });
  if (track.value === 0n && value > most) return unknown('returned', value);
  return { track: { value, fell: null }, growth: { kind: 'grew', by: value - track.value } };
}

/** The growth of a counter of `bits` that went from `before` past its width to `value`. */
export function wrapGrowth(before: bigint, value: bigint, bits: 32 | 64): bigint {
  const width = bits === 32 && before < 2n ** 32n && value < 2n ** 32n ? 32n : 64n;
  return value + 2n ** width - before;
}

function unknown(why: Unknown, value: bigint | null, fell: CounterTrack['fell'] = null): CounterStep {
  return { track: { value, fell }, growth: { kind: 'unknown', why } };
}

/** Units a second; null when not known. Times `seconds` it gives back the growth exactly, up to 2^52. */
export function rateOf(growth: Growth | undefined, seconds: number | null): number | null {
  if (growth === undefined || growth.kind === 'unknown' || seconds === null || seconds <= 0) return null;
  return Number(growth.by) / seconds;
}
