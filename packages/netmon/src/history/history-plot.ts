// A history as a picture: received upwards, sent downwards, the largest rate of each moment; marks below where something
// happened, and where nothing is known.
import type { Theme } from '@heorot/cli';
import { CellBuffer } from '../screen/cell-buffer.ts';
import { printable } from '../units/printable.ts';
import { rateText, type Units } from '../units/quantity.ts';
import { clockTime } from '../view/clock-time.ts';
import { drawChart, slotsPerCell } from '../view/draw-chart.ts';
import { asciiGlyphs, type Glyphs, unicodeGlyphs } from '../view/glyphs.ts';
import { roundTop } from '../view/scale.ts';
import { isIn, resolutionText } from './history-table.ts';
import type { NodeHistory } from './node-history.ts';

export interface PlotOptions {
  readonly units: Units;
  readonly theme: Theme;
  readonly nowMs: number;
  readonly ascii: boolean;
}

const labelColumns = 13;
/** Rows of each direction. */
const height = 5;
/** Bytes per second: the top of the picture of an idle link. */
const lowestTop = 1250;
/** Has room for both times below it. */
const narrowest = 32;
const eventsShown = 20;

/** How many buckets fill a picture of that width. */
export function plotSlots(width: number, ascii: boolean): number {
  return Math.max(10, width - labelColumns) * slotsPerCell(glyphsOf(ascii));
}

export function historyPlot(history: NodeHistory, options: PlotOptions): readonly string[] {
  const { node, buckets, events } = history;
  const { units, theme, nowMs } = options;
  const glyphs = glyphsOf(options.ascii);
  const perCell = slotsPerCell(glyphs);
  const width = Math.max(narrowest, Math.ceil(buckets.length / perCell));
  const received = rates(buckets.map((bucket) => bucket.received.most ?? bucket.received.mean));
  const sent = rates(buckets.map((bucket) => bucket.sent.most ?? bucket.sent.mean));
  const largest = [...received, ...sent].reduce((most, rate) => (rate > most ? rate : most), lowestTop);
  const top = roundTop(largest * 8) / 8;
  const frame = new CellBuffer(labelColumns + width, height * 2 + 3, { ascii: options.ascii });
  const label = (row: number, text: string) => frame.put(row, 0, text, 0, labelColumns - 1);
  label(0, rateText(top, units));
  label(height - 1, 'rx');
  label(height, '0');
  label(height + 1, 'tx');
  label(height * 2, rateText(top, units));
  const area = { row: 0, column: labelColumns, height, width };
  drawChart(frame, area, { received, sent }, { top, logarithmic: false }, glyphs);
  for (const [at, bucket] of buckets.entries()) {
    const column = labelColumns + Math.floor(at / perCell);
    if (bucket.known === 0) frame.put(height, column, '?');
    if (events.some(({ time }) => isIn(bucket, Date.parse(time), buckets.at(-1)?.toMs)))
      frame.put(height * 2 + 1, column, '!');
  }
  const [first, last] = [buckets[0], buckets.at(-1)];
  frame.put(height * 2 + 2, labelColumns, clockTime(first?.fromMs ?? 0, nowMs));
  frame.putRight(height * 2 + 2, labelColumns, labelColumns + width, clockTime(last?.toMs ?? 0, nowMs));
  return [
    `${theme.strong(node)}  ${theme.dim(resolutionText(history, 'points'))}`,
    ...Array.from({ length: frame.rows }, (_, row) => frame.text(row)),
    ...events
      .slice(0, eventsShown)
      .map(
        ({ time, event, detail }) => `! ${clockTime(Date.parse(time), nowMs)} ${event}: ${printable(detail)}`,
      ),
    ...(events.length > eventsShown ? [`! and ${events.length - eventsShown} more: netmon events`] : []),
  ];
}

function glyphsOf(ascii: boolean): Glyphs {
  return ascii ? asciiGlyphs : unicodeGlyphs;
}

function rates(values: readonly (number | null)[]): Float64Array {
  return Float64Array.from(values, (value) => value ?? Number.NaN);
}
