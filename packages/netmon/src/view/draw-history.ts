// The chart of a node or of one of its interfaces, with what its height stands for.
import type { NodeStatus } from '../live/node-status.ts';
import type { CellBuffer } from '../screen/cell-buffer.ts';
import { attribute, ink } from '../screen/style.ts';
import { rateText } from '../units/quantity.ts';
import { drawChart, slotsPerCell } from './draw-chart.ts';
import { roundTop } from './scale.ts';
import type { Scene } from './scene.ts';
import { timeSlots } from './time-slots.ts';

const labelColumns = 13;
/** Bytes per second: the top of the chart of an idle link. */
const lowestTop = 1250;

/** @returns the row behind it */
export function drawHistory(
  frame: CellBuffer,
  row: number,
  height: number,
  status: NodeStatus,
  scene: Scene,
): number {
  const { view, intervalMs, nowMs, glyphs } = scene;
  const { chartInterface: name, units, logarithmic } = view;
  const history = name === null ? status.history : status.interfaceHistory(name);
  const width = frame.columns - labelColumns;
  if (history === undefined || width < 10) return row;
  const slots = width * slotsPerCell(glyphs);
  const values = timeSlots(history, { slots, slotMs: intervalMs, intervalMs, nowMs });
  const top = roundTop(Math.max(lowestTop, largest(values.received), largest(values.sent)) * 8) / 8;
  const title = `${name ?? 'all counted interfaces'}, last ${Math.round((slots * intervalMs) / 1000)} s${logarithmic ? ', logarithmic' : ''}`;
  frame.put(row, 0, title, attribute.bold);
  const [first, middle, last] = [row + 1, row + 1 + height, row + 1 + height * 2];
  frame.put(first, 0, rateText(top, units), attribute.dim, labelColumns);
  frame.put(middle - 1, 0, `rx ${glyphs.ascii ? '' : glyphs.receive}`, ink.receive, labelColumns);
  frame.put(middle, 0, '0', attribute.dim);
  frame.put(middle + 1, 0, `tx ${glyphs.ascii ? '' : glyphs.transmit}`, ink.transmit, labelColumns);
  if (height > 1) frame.put(last, 0, rateText(top, units), attribute.dim, labelColumns);
  drawChart(frame, { row: first, column: labelColumns, height, width }, values, { top, logarithmic }, glyphs);
  return last + 1;
}

function largest(values: Float64Array): number {
  return values.reduce((best, value) => (value > best ? value : best), 0);
}
