// The last minute of a node in one row: a cell a moment, its height the traffic of both directions together.
import type { RateHistory } from '../live/rate-history.ts';
import type { CellBuffer } from '../screen/cell-buffer.ts';
import { ink } from '../screen/style.ts';
import type { Glyphs } from './glyphs.ts';
import { step } from './scale.ts';
import { fillTraffic } from './time-slots.ts';

export interface SparklineOptions {
  readonly row: number;
  readonly column: number;
  /** One a cell: room to work in. */
  readonly slots: Float64Array;
  readonly intervalMs: number;
  readonly nowMs: number;
  readonly logarithmic: boolean;
  readonly glyphs: Glyphs;
}

export const sparklineMs = 60_000;
/** Bytes per second: below that a link is idle, and its noise is not blown up. */
const lowestTop = 12_500;

export function drawSparkline(frame: CellBuffer, history: RateHistory, options: SparklineOptions): void {
  const { row, column, slots: traffic, intervalMs, nowMs, logarithmic, glyphs } = options;
  const slotMs = Math.max(sparklineMs / traffic.length, intervalMs);
  fillTraffic(traffic, history, { slotMs, intervalMs, nowMs });
  let top = lowestTop;
  for (const value of traffic) if (value > top) top = value;
  const scale = { top, logarithmic };
  const { levelCodes } = glyphs;
  for (let at = 0; at < traffic.length; at++) {
    const value = traffic[at] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    const code = levelCodes[step(value, scale, levelCodes.length)];
    if (code !== undefined) frame.putCode(row, column + at, code, ink.transmit);
  }
}
