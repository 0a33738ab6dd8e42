// How values are spread, on one line: `218.2 ▂         │   ▃█▅ 228.3`; the bar is the limit.

import { gigabytes } from '../svg/scale.ts';
import type { TerminalLayout } from './render-terminal.ts';

const blocks = '▁▂▃▄▅▆▇█';

export function histogram(
  values: readonly number[],
  limit: number | null,
  { width, theme }: TerminalLayout,
): string {
  const sorted = values.toSorted((a, b) => a - b);
  const low = Math.min(sorted[0] ?? 0, limit ?? Number.POSITIVE_INFINITY);
  const high = Math.max(sorted.at(-1) ?? 0, limit ?? 0);
  const cells = Math.max(10, Math.min(60, width - 20));
  const cellOf = (value: number): number =>
    high === low ? 0 : Math.min(cells - 1, Math.floor(((value - low) / (high - low)) * cells));
  const counts = Array.from({ length: cells }, () => 0);
  for (const value of sorted) counts[cellOf(value)] = (counts[cellOf(value)] ?? 0) + 1;
  const most = Math.max(...counts);
  const limitCell = limit === null ? -1 : cellOf(limit);
  const bars = counts.map((count, at) => {
    if (count === 0) return at === limitCell ? theme.dim('│') : ' ';
    const block = blocks[Math.min(blocks.length - 1, Math.floor((count / most) * blocks.length))] ?? '';
    return at < limitCell ? theme.bad(block) : block;
  });
  return `${gigabytes(low)} ${bars.join('')} ${gigabytes(high)}`;
}
