// The last line of a run: how many did what, with folded node sets, and what to type next.
import type { Theme } from '../theme/theme.ts';

export interface FinalCount {
  readonly count: number | bigint;
  /** `ok`, `exit 1`, `unreachable` */
  readonly what: string;
  readonly mood: 'good' | 'bad' | 'warning';
  /** A folded node set; left out where it says nothing new. */
  readonly nodes?: string;
}

/** @example renderFinalLine([...], 'dsh --retry', theme) // '6 ok, 2 exit 1 (n[3-4]); again on those: dsh --retry' */
export function renderFinalLine(
  counts: readonly FinalCount[],
  next: string | undefined,
  theme: Theme,
): string {
  const parts = counts
    .filter(({ count }) => count > 0)
    .map(({ count, what, mood, nodes }) => {
      const text = theme[mood](`${count} ${what}`);
      return nodes === undefined ? text : `${text} (${nodes})`;
    });
  const said = parts.length === 0 ? 'nothing was done' : parts.join(', ');
  return next === undefined ? said : `${said}; ${next}`;
}
