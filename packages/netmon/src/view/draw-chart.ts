// The history of a link as one picture: received upwards, sent downwards from a line in the middle; in braille two moments
// a cell and four steps a row, in ASCII one moment and three steps.
import type { CellBuffer } from '../screen/cell-buffer.ts';
import { attribute, ink } from '../screen/style.ts';
import type { Glyphs } from './glyphs.ts';
import { position, type Scale } from './scale.ts';

export interface ChartArea {
  readonly row: number;
  readonly column: number;
  /** Of each half. */
  readonly height: number;
  readonly width: number;
}

export interface ChartValues {
  /** `slotsPerCell` of them a cell, oldest first; NaN = not known. */
  readonly received: Float64Array;
  readonly sent: Float64Array;
}

const braille = 0x2800;
/** Dots of the left and the right half of a cell from bottom to top (Unicode, Braille Patterns). */
const leftDots = [0x40, 0x04, 0x02, 0x01] as const;
const rightDots = [0x80, 0x20, 0x10, 0x08] as const;

export function slotsPerCell(glyphs: Glyphs): number {
  return glyphs.ascii ? 1 : 2;
}

export function drawChart(
  frame: CellBuffer,
  { row, column, height, width }: ChartArea,
  { received, sent }: ChartValues,
  scale: Scale,
  glyphs: Glyphs,
): void {
  const bars = glyphs.ascii ? asciiBars : brailleBars;
  frame.put(row + height, column, glyphs.rule.repeat(width), attribute.dim);
  for (let level = 0; level < height; level++) {
    const bounds = { level, height, width, scale };
    frame.put(row + height - 1 - level, column, bars(received, { ...bounds, upwards: true }), ink.receive);
    frame.put(row + height + 1 + level, column, bars(sent, { ...bounds, upwards: false }), ink.transmit);
  }
}

interface Bounds {
  /** Rows away from the line in the middle. */
  readonly level: number;
  readonly height: number;
  readonly width: number;
  readonly scale: Scale;
  readonly upwards: boolean;
}

function brailleBars(values: Float64Array, { level, height, width, scale, upwards }: Bounds): string {
  let line = '';
  for (let cell = 0; cell < width; cell++) {
    let dots = 0;
    for (const [side, order] of [leftDots, rightDots].entries()) {
      const filled = dotsOf(values[cell * 2 + side], height * 4, scale) - level * 4;
      for (let dot = 0; dot < 4; dot++) {
        if (dot < filled) dots |= order[upwards ? dot : 3 - dot] ?? 0;
      }
    }
    line += dots === 0 ? ' ' : String.fromCharCode(braille | dots);
  }
  return line;
}

function asciiBars(values: Float64Array, { level, height, width, scale, upwards }: Bounds): string {
  let line = '';
  for (let cell = 0; cell < width; cell++) {
    const filled = dotsOf(values[cell], height * 3, scale) - level * 3;
    line += filled <= 0 ? ' ' : filled === 1 ? (upwards ? '.' : "'") : filled === 2 ? ':' : '|';
  }
  return line;
}

/** Something is at least one dot; nothing, and what is not known, are none. */
function dotsOf(value: number | undefined, dots: number, scale: Scale): number {
  if (value === undefined || !(value > 0)) return 0;
  return Math.max(1, Math.round(position(value, scale) * dots));
}
