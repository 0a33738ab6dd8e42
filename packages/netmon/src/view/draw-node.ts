// One node in detail: its figures, each interface with what is known of it, RDMA ports, its last minutes as a chart, and
// what happened to it.
import type { CellBuffer } from '../screen/cell-buffer.ts';
import { attribute, ink } from '../screen/style.ts';
import type { Body } from './body.ts';
import { columns } from './column.ts';
import { contactSentence } from './contact-text.ts';
import { drawEventList } from './draw-events.ts';
import { drawHistory } from './draw-history.ts';
import { drawInterfaces, drawPorts } from './draw-interfaces.ts';
import { drawMachine } from './draw-machine.ts';
import { figuresOf } from './figures.ts';
import type { Scene } from './scene.ts';

/** Of each half of the chart; below that it is left out. */
const lowestChart = 2;
const highestChart = 8;
const fewestEvents = 3;

export function drawNode(frame: CellBuffer, body: Body, scene: Scene): void {
  const status = scene.nodes.find(({ node }) => node === scene.view.node);
  if (status === undefined) {
    frame.put(body.row, 0, `${scene.view.node ?? 'no node'} is not among the nodes`, attribute.dim);
    return;
  }
  const end = body.row + body.rows;
  const down = status.contact.state === 'down';
  frame.put(body.row, 0, contactSentence(status, scene), down ? ink.bad : ink.good);
  let row = drawFigures(frame, body.row + 1, status, scene);
  row = drawMachine(frame, row, end, status);
  row = drawInterfaces(frame, row, end, status, scene);
  row = drawPorts(frame, row, end, status, scene);
  const events = scene.events.filter(({ node }) => node === status.node).toReversed();
  const left = end - row;
  const height = Math.min(highestChart, Math.floor((left - 2 - Math.min(fewestEvents, events.length)) / 2));
  if (height >= lowestChart) row = drawHistory(frame, row, height, status, scene);
  if (row < end) drawEventList(frame, { row, rows: end - row, columns: body.columns }, events, scene);
}

function drawFigures(frame: CellBuffer, row: number, status: Scene['nodes'][number], scene: Scene): number {
  const { view, nowMs } = scene;
  const figures = figuresOf(status, view.interfaces, nowMs);
  let at = 0;
  for (const column of columns) {
    if (column.name === 'node') continue;
    at = frame.put(row, at, `${column.title(view.units)} `, attribute.dim);
    at = frame.put(row, at, column.show(figures, view.units), column.style(figures) | attribute.bold) + 2;
  }
  return row + 1;
}
