// A history as a table: a row a bucket, what happened in it at its end.
import { renderTable, type Theme } from '@heorot/cli';
import { printable } from '../units/printable.ts';
import { rateText, shortNumber, type Units } from '../units/quantity.ts';
import { clockTime } from '../view/clock-time.ts';
import type { Bucket, Direction } from './bucket-sums.ts';
import type { NodeHistory } from './node-history.ts';

export interface TableOptions {
  readonly units: Units;
  readonly theme: Theme;
  readonly nowMs: number;
  readonly width: number | undefined;
}

const right = 'right' as const;
const columns = [
  { title: 'from' },
  ...['rx min', 'mean', 'max', 'tx min', 'mean', 'max', 'errors', 'drops', 'known'].map((title) => ({
    title,
    align: right,
  })),
  { title: 'what happened' },
];

export function historyTable(
  { node, buckets, events }: NodeHistory,
  { units, theme, nowMs, width }: TableOptions,
): readonly string[] {
  const lastMs = buckets.at(-1)?.toMs;
  const rows = buckets.map((bucket) => {
    const here = events.filter(({ time }) => isIn(bucket, Date.parse(time), lastMs));
    return [
      clockTime(bucket.fromMs, nowMs),
      ...directionCells(bucket.received, units),
      ...directionCells(bucket.sent, units),
      bucket.known === 0 ? '' : shortNumber(bucket.errors),
      bucket.known === 0 ? '' : shortNumber(bucket.dropped),
      `${Math.floor(bucket.known * 100 + 1e-6)} %`,
      [
        ...(bucket.samples > 0
          ? []
          : [bucket.known === 0 ? 'nothing recorded' : 'no samples: mean of a gap']),
        ...here.map(({ event, detail }) => `${event}: ${printable(detail)}`),
      ].join('; '),
    ];
  });
  return [theme.strong(node), ...renderTable(columns, rows, { width, title: theme.dim })];
}

/** @param lastMs the end of the last bucket, which belongs to it */
export function isIn({ fromMs, toMs }: Bucket, timeMs: number, lastMs: number | undefined): boolean {
  return timeMs >= fromMs && (timeMs < toMs || timeMs === lastMs);
}

/** Nothing is not 0: a bucket in which nothing is known has blanks. */
function directionCells({ least, mean, most }: Direction, units: Units): readonly string[] {
  return [least, mean, most].map((rate) => (rate === null ? '' : rateText(rate, units)));
}
