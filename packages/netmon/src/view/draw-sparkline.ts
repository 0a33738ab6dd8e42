// The last minute of a node in one row: a cell a moment, its height the traffic of both directions together.
import type { RateHistory } from '../live/rate-history.ts';
import type { CellBuffer } from '../screen/cell-buffer.ts';
import { ink } from '../screen/style.ts';
import type { Glyphs } from './glyphs.ts';
import { step } from './scale.ts';
import { TrafficSlots } from './time-slots.ts';

export interface SparklineOptions {
  readonly row: number;
  readonly column: number;
  readonly room: SparklineRoom;
  readonly nowMs: number;
  readonly logarithmic: boolean;
  readonly glyphs: Glyphs;
}

export const sparklineMs = 60_000;
/** Bytes per second: below that a link is idle, and its noise is not blown up. */
const lowestTop = 12_500;

/** What all rows of a frame work in. */
export class SparklineRoom {
  readonly traffic: TrafficSlots;
  /** Characters, one a cell. */
  readonly codes: Uint32Array;

  constructor(cells: number, intervalMs: number) {
    const slotMs = Math.max(sparklineMs / cells, intervalMs);
    this.traffic = new TrafficSlots({ slots: cells, slotMs, intervalMs });
    this.codes = new Uint32Array(cells);
  }
}

export function drawSparkline(frame: CellBuffer, history: RateHistory, options: SparklineOptions): void {
  const { row, column, room, nowMs, logarithmic, glyphs } = options;
  const { traffic, codes } = room;
  traffic.fill(history, nowMs);
  const { values } = traffic;
  let top = lowestTop;
  for (let at = 0; at < values.length; at++) top = Math.max(top, values[at] || 0);
  const scale = { top, logarithmic };
  const { levelCodes } = glyphs;
  for (let at = 0; at < values.length; at++) {
    const value = values[at] ?? Number.NaN;
    codes[at] = Number.isNaN(value) ? 0 : (levelCodes[step(value, scale, levelCodes.length)] ?? 0);
  }
  frame.putCodes(row, column, codes, ink.transmit);
}
