// What happened, the newest first: reboots, interfaces that came and went, resets, nodes that fell silent.
import { displayWidth, truncate } from '@heorot/cli';
import type { NetEvent } from '../model/sample.ts';
import type { CellBuffer } from '../screen/cell-buffer.ts';
import { attribute, ink } from '../screen/style.ts';
import { type Body, firstShown } from './body.ts';
import { clockTime } from './clock-time.ts';
import type { Scene } from './scene.ts';

const bad = new Set<NetEvent['event']>([
  'down',
  'rebooted',
  'carrier-flapped',
  'counters-reset',
  'speed-changed',
]);
const widestNode = 20;
const eventColumns = 20;

export function drawEvents(frame: CellBuffer, body: Body, scene: Scene): void {
  const events = shownEvents(scene);
  if (events.length === 0) frame.put(body.row, 0, 'nothing has happened so far', attribute.dim);
  drawEventList(frame, body, events, scene);
}

/** Of the nodes that the filter lets through, newest first. */
export function shownEvents({ events, view, nodes }: Scene): readonly NetEvent[] {
  const { text, nodes: wanted } = view.filter;
  if (text === '' || nodes.length === 0) return events.toReversed();
  const matches = ({ node, event }: NetEvent) =>
    wanted === null ? `${node} ${event}`.includes(text.toLowerCase()) : wanted.has(node);
  return events.filter(matches).toReversed();
}

export function drawEventList(
  frame: CellBuffer,
  body: Body,
  events: readonly NetEvent[],
  { view, nowMs, glyphs }: Scene,
): void {
  const first = firstShown(view.pane === 'events' ? view.top : 0, body.rows, events.length, -1);
  const shown = events.slice(first, first + body.rows);
  const nodeColumns = Math.min(widestNode, Math.max(0, ...shown.map(({ node }) => displayWidth(node))));
  for (const [at, { time, node, event, detail }] of shown.entries()) {
    const row = body.row + at;
    let column = frame.put(row, 0, clockTime(Date.parse(time), nowMs), attribute.dim) + 2;
    frame.put(row, column, node, ink.node, column + nodeColumns);
    column += nodeColumns + 2;
    frame.put(row, column, event, bad.has(event) ? ink.bad : event === 'up' ? ink.good : 0);
    column += Math.max(eventColumns, event.length + 1);
    const cut = truncate(detail, Math.max(0, body.columns - column));
    frame.put(row, column, glyphs.ascii ? cut.replace(/…$/, '~') : cut);
  }
}
