// A history as a table: a row a bucket, what happened in it at its end.
import { formatDuration, renderTable, type Theme } from '@heorot/cli';
import type { NetEvent } from '../model/sample.ts';
import { printable } from '../units/printable.ts';
import { rateText, shortNumber, type Units } from '../units/quantity.ts';
import { clockTime } from '../view/clock-time.ts';
import type { Bucket, Direction } from './bucket-sums.ts';
import type { HistoryPlan } from './history-plan.ts';
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
  history: NodeHistory,
  { units, theme, nowMs, width }: TableOptions,
): readonly string[] {
  const { node, buckets, events } = history;
  const lastMs = buckets.at(-1)?.toMs;
  const rows = blanksFolded(buckets, events).map(({ bucket, untilMs }) => {
    const here = events.filter(({ time }) => isIn(bucket, Date.parse(time), lastMs));
    const happened = here.map(({ event, detail }) => `${event}: ${printable(detail)}`);
    if (bucket.known === 0) {
      const blank = `nothing recorded until ${clockTime(untilMs, nowMs)}`;
      return [clockTime(bucket.fromMs, nowMs), ...blankCells, [blank, ...happened].join('; ')];
    }
    return [
      clockTime(bucket.fromMs, nowMs),
      ...directionCells(bucket.received, units),
      ...directionCells(bucket.sent, units),
      shortNumber(bucket.errors),
      shortNumber(bucket.dropped),
      `${Math.floor(bucket.known * 100 + 1e-6)} %`,
      [...(bucket.sampled ? [] : ['no readings: the mean by the counters']), ...happened].join('; '),
    ];
  });
  const title = `${theme.strong(node)}  ${theme.dim(resolutionText(history))}`;
  return [title, ...renderTable(columns, rows, { width, title: theme.dim })];
}

/** `rows of 2m, made of minutes` */
export function resolutionText({ resolution, stepMs }: HistoryPlan, what = 'rows'): string {
  return `${what} of ${formatDuration(stepMs)}, made of ${resolution}`;
}

const blankCells = Array.from({ length: columns.length - 2 }, () => '');

/** Buckets of which nothing is known and in which nothing happened are one row with the one before. */
function blanksFolded(buckets: readonly Bucket[], events: readonly NetEvent[]) {
  const rows: { readonly bucket: Bucket; untilMs: number }[] = [];
  const lastMs = buckets.at(-1)?.toMs;
  for (const bucket of buckets) {
    const last = rows.at(-1);
    const quiet = bucket.known === 0 && !events.some(({ time }) => isIn(bucket, Date.parse(time), lastMs));
    if (quiet && last?.bucket.known === 0) last.untilMs = bucket.toMs;
    else rows.push({ bucket, untilMs: bucket.toMs });
  }
  return rows;
}

/** @param lastMs the end of the last bucket, which belongs to it */
export function isIn({ fromMs, toMs }: Bucket, timeMs: number, lastMs: number | undefined): boolean {
  return timeMs >= fromMs && (timeMs < toMs || timeMs === lastMs);
}

/** Nothing is not 0: a mean that counters tell has no least and most. */
function directionCells({ least, mean, most }: Direction, units: Units): readonly string[] {
  return [least, mean, most].map((rate) => (rate === null ? '' : rateText(rate, units)));
}
