// The part of the screen between header and footer, and how much of a list is seen there.
import type { ScreenSize } from '../screen/screen.ts';

export interface Body {
  readonly row: number;
  readonly rows: number;
  readonly columns: number;
}

/** Two rows above and one below where there is room; a terminal of few rows shows what it is there for. */
export function bodyOf({ columns, rows }: ScreenSize): Body {
  if (rows < 4) return { row: 0, rows, columns };
  return { row: 2, rows: rows - 3, columns };
}

/** The first row of the list that is shown: as it was scrolled to, but with the chosen one in sight. */
export function firstShown(top: number, shown: number, total: number, chosen: number): number {
  const last = Math.max(0, total - shown);
  const bounded = Math.min(Math.max(0, top), last);
  if (chosen < 0) return bounded;
  if (chosen < bounded) return chosen;
  return chosen >= bounded + shown ? chosen - shown + 1 : bounded;
}
