// The table: one node a row under the headings of its columns; groups with their totals.
import { truncate } from '@heorot/cli';
import type { CellBuffer } from '../screen/cell-buffer.ts';
import { attribute, ink } from '../screen/style.ts';
import { type Body, firstShown } from './body.ts';
import { contactMark, contactSentence } from './contact-text.ts';
import { drawSparkline } from './draw-sparkline.ts';
import { chosenInterfaces } from './figures.ts';
import type { Scene } from './scene.ts';
import { nameStart, type TableLayout, tableLayout } from './table-layout.ts';
import { type GroupRow, type NodeRow, tableRows } from './table-rows.ts';

export function drawTable(frame: CellBuffer, body: Body, scene: Scene): void {
  const { view } = scene;
  const rows = tableRows(scene);
  const layout = tableLayout(scene, rows, body.columns);
  const shown = body.rows - 1;
  drawHeadings(frame, body.row, layout, scene);
  if (rows.length === 0) frame.put(body.row + 1, nameStart, nothingToShow(scene), attribute.dim);
  const chosen = view.cursor === null ? -1 : rows.findIndex(({ key }) => key === view.cursor);
  const first = firstShown(view.top, shown, rows.length, chosen);
  for (let at = 0; at < shown; at++) {
    const row = rows[first + at];
    if (row === undefined) break;
    const line = body.row + 1 + at;
    if (row.kind === 'node') drawNode(frame, line, row, layout, scene);
    else drawGroup(frame, line, row, layout, scene);
    if (first + at === chosen) frame.mark(line, 0, body.columns);
  }
}

/** Keys and pages go by it: rows of the table that a body shows. */
export function tableRowsShown(body: Body): number {
  return Math.max(1, body.rows - 1);
}

function nothingToShow({ nodes, view }: Scene): string {
  if (nodes.length === 0) return 'no nodes';
  return `no node matches '${view.filter.text}'; Escape takes the filter away`;
}

function drawHeadings(frame: CellBuffer, row: number, layout: TableLayout, { view, glyphs }: Scene): void {
  const { column: sortedBy, descending } = view.sort;
  const arrow = descending ? glyphs.descending : glyphs.ascending;
  const heading = (name: string, title: string) => (name === sortedBy ? `${arrow}${title}` : title);
  const style = (name: string) => (name === sortedBy ? attribute.bold : attribute.dim) | attribute.underline;
  frame.put(row, 0, ' '.repeat(frame.columns), attribute.dim | attribute.underline);
  frame.put(row, nameStart, heading('node', 'node'), style('node'), layout.nameEnd);
  for (const { column, start, end } of layout.columns) {
    frame.putRight(row, start - 1, end, heading(column.name, column.title(view.units)), style(column.name));
  }
  if (layout.sparkline !== undefined) {
    const { start, width } = layout.sparkline;
    const title = `last minute${view.logarithmic ? ', log' : ''}`;
    frame.put(row, start, title, attribute.dim | attribute.underline, start + width);
  }
}

function drawNode(
  frame: CellBuffer,
  row: number,
  { status, figures }: NodeRow,
  layout: TableLayout,
  scene: Scene,
): void {
  const { view, glyphs, nowMs } = scene;
  const { contact, node } = status;
  const mark = contactMark(contact);
  frame.put(row, 0, mark.mark, mark.style);
  drawName(frame, row, node, contact.state === 'down' ? ink.bad : ink.node, layout, scene);
  if (status.sample === undefined || contact.state === 'down') {
    frame.put(
      row,
      layout.nameEnd + 1,
      contactSentence(status, scene),
      contact.state === 'down' ? ink.bad : attribute.dim,
    );
    return;
  }
  const late = contact.state === 'late' ? attribute.dim : 0;
  for (const { column, start, end } of layout.columns) {
    frame.putRight(row, start, end, column.show(figures, view.units), column.style(figures) | late);
  }
  if (layout.sparkline === undefined) return;
  const history = historyOf(status, view.interfaces);
  if (history === undefined) return;
  const { start, room } = layout.sparkline;
  const { logarithmic } = view;
  drawSparkline(frame, history, { row, column: start, room, nowMs, logarithmic, glyphs });
}

function drawGroup(frame: CellBuffer, row: number, group: GroupRow, layout: TableLayout, scene: Scene): void {
  const { view, glyphs } = scene;
  frame.put(row, 0, group.folded ? glyphs.folded : glyphs.unfolded, attribute.bold);
  drawName(frame, row, group.name, attribute.bold, layout, scene);
  for (const { column, start, end } of layout.columns) {
    const text = column.show(group.figures, view.units);
    frame.putRight(row, start, end, text, column.style(group.figures) | attribute.bold);
  }
  if (layout.sparkline === undefined) return;
  const { start, width } = layout.sparkline;
  frame.put(row, start, groupSummary(group), attribute.dim, start + width);
}

function drawName(
  frame: CellBuffer,
  row: number,
  name: string,
  style: number,
  layout: TableLayout,
  scene: Scene,
): void {
  const width = layout.nameEnd - nameStart;
  const cut = truncate(name, width);
  frame.put(row, nameStart, scene.glyphs.ascii ? cut.replace(/…$/, '~') : cut, style, layout.nameEnd);
}

/** `12 nodes, 1 down` */
function groupSummary({ nodes }: GroupRow): string {
  const down = nodes.filter(({ status }) => status.contact.state === 'down').length;
  return `${nodes.length} ${nodes.length === 1 ? 'node' : 'nodes'}${down === 0 ? '' : `, ${down} down`}`;
}

/** Of all that a node is the sum of, or of the one interface that was asked for. */
function historyOf(status: NodeRow['status'], interfaces: string) {
  if (interfaces === '') return status.history;
  const [only, ...others] = chosenInterfaces(status, interfaces);
  return only === undefined || others.length > 0 ? undefined : status.interfaceHistory(only.interface);
}
