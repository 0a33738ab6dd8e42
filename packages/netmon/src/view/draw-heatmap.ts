// The heat map: a cell a node, so that a thousand nodes stand on one screen. The height of a cell and its colour say the
// same; nodes that are down or not known have signs of their own. The figures of the node under the cursor stand below.
import type { CellBuffer } from '../screen/cell-buffer.ts';
import { attribute, ink } from '../screen/style.ts';
import { type Body, firstShown } from './body.ts';
import { type Column, columns } from './column.ts';
import { contactSentence } from './contact-text.ts';
import { type HeatGrid, type HeatLine, heatGrid } from './heat-grid.ts';
import { heatColumn, heatTop } from './heat-scale.ts';
import { step } from './scale.ts';
import type { Scene } from './scene.ts';
import type { NodeRow } from './table-rows.ts';
import { type Figures, unknownFigures } from './total-figures.ts';

export function drawHeatmap(frame: CellBuffer, body: Body, scene: Scene): void {
  const column = heatColumn(scene);
  const grid = heatGrid(scene, body);
  const rows = grid.lines.flatMap(({ nodes }) => nodes);
  const top = heatTop(column.name, rows);
  const chosenLine = grid.lines.findIndex(({ nodes }) => nodes.some(({ key }) => key === scene.view.cursor));
  const first = firstShown(scene.view.top, grid.shown, grid.lines.length, chosenLine);
  for (const [at, line] of grid.lines.slice(first, first + grid.shown).entries()) {
    drawLine(frame, body.row + at, line, { grid, scene, column, top });
  }
  const below = body.row + body.rows - 2;
  if (body.rows >= 4) drawLegend(frame, below, scene, column, top);
  if (body.rows >= 3) drawChosen(frame, below + 1, scene, rows);
}

interface Drawing {
  readonly grid: HeatGrid;
  readonly scene: Scene;
  readonly column: Column;
  readonly top: number;
}

function drawLine(
  frame: CellBuffer,
  row: number,
  line: HeatLine,
  { grid, scene, column, top }: Drawing,
): void {
  frame.put(row, 0, line.label, line.heading ? attribute.bold : attribute.dim, grid.start - 1);
  for (const [at, node] of line.nodes.entries()) {
    const place = grid.start + at * grid.pitch;
    const { glyph, style } = cellOf(node, scene, column, top);
    frame.put(row, place, glyph, style);
    if (node.key === scene.view.cursor) drawCursor(frame, row, place, grid.pitch);
  }
}

/** Around the cell where there is room: a block that is reversed looks like another one. */
function drawCursor(frame: CellBuffer, row: number, column: number, pitch: number): void {
  if (pitch < 3) return frame.mark(row, column, 1);
  frame.put(row, column - 1, '[', attribute.bold);
  frame.put(row, column + 1, ']', attribute.bold);
}

function cellOf({ status, figures }: NodeRow, { glyphs, view }: Scene, { name }: Column, top: number) {
  const { state } = status.contact;
  if (state === 'down') return { glyph: '!', style: ink.bad | attribute.bold };
  const value = name === 'node' ? null : figures[name];
  if (status.sample === undefined || value === null) return { glyph: '?', style: attribute.dim };
  const level = step(value, { top, logarithmic: view.logarithmic }, glyphs.levels.length);
  const late = state === 'late' ? attribute.underline : 0;
  return { glyph: glyphs.levels[level] ?? '?', style: (ink.heat + level) | late };
}

function drawLegend(frame: CellBuffer, row: number, scene: Scene, column: Column, top: number): void {
  const { glyphs, view } = scene;
  let at = frame.put(row, 0, `${column.title(view.units)}  0 `, attribute.dim);
  for (const [level, glyph] of glyphs.levels.entries()) at = frame.put(row, at, glyph, ink.heat + level);
  at = frame.put(row, at + 1, topText(column, top, scene), attribute.dim);
  at = frame.put(row, at + 3, '!', ink.bad | attribute.bold);
  at = frame.put(row, at + 1, 'down', attribute.dim);
  at = frame.put(row, at + 3, '?', attribute.dim);
  frame.put(row, at + 1, 'not known', attribute.dim);
}

/** `10.0G`, `100`: in the unit of the column's title. */
function topText({ name, show }: Column, top: number, { view }: Scene): string {
  const figures: Figures = { ...unknownFigures, ...(name === 'node' ? {} : { [name]: top }) };
  return `${show(figures, view.units)}${view.logarithmic ? ', log' : ''}`;
}

function drawChosen(frame: CellBuffer, row: number, scene: Scene, rows: readonly NodeRow[]): void {
  const { view } = scene;
  const chosen = rows.find(({ key }) => key === view.cursor);
  if (chosen === undefined) {
    frame.put(row, 0, 'arrows show the figures of a node', attribute.dim);
    return;
  }
  let at = frame.put(row, 0, chosen.status.node, ink.node | attribute.bold) + 2;
  if (chosen.status.contact.state === 'down' || chosen.status.sample === undefined) {
    frame.put(row, at, contactSentence(chosen.status, scene), ink.bad);
    return;
  }
  for (const column of columns) {
    if (column.name === 'node') continue;
    at = frame.put(row, at, `${column.title(view.units)} `, attribute.dim);
    at = frame.put(row, at, column.show(chosen.figures, view.units), column.style(chosen.figures)) + 2;
  }
}
