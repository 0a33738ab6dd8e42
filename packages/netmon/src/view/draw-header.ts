// The two rows above every view: the cluster, how many nodes are in which state, totals and the clock; then what is chosen.
import { displayWidth } from '@heorot/cli';
import type { CellBuffer } from '../screen/cell-buffer.ts';
import { attribute, ink } from '../screen/style.ts';
import { rateText } from '../units/quantity.ts';
import { clockTime } from './clock-time.ts';
import { columnOf } from './column.ts';
import { totalRates } from './figures.ts';
import type { PaneName, Playback, Scene } from './scene.ts';
import { filteredNodes } from './table-rows.ts';

interface Piece {
  readonly text: string;
  readonly style: number;
}

const paneTitles: Readonly<Record<PaneName, string>> = {
  table: 'table',
  heatmap: 'heat map',
  node: 'node',
  'sick-links': 'sick links',
  events: 'events',
};

export function drawHeader(frame: CellBuffer, scene: Scene): void {
  const { title, nodes, view, nowMs, intervalMs } = scene;
  const total = totalRates(nodes, view.interfaces);
  const right = `every ${seconds(intervalMs)}  ${clockTime(nowMs)}`;
  const name = scene.playback === null ? title : `${title} ${playbackText(scene.playback, nowMs)}`;
  const left: readonly Piece[] = [
    { text: name, style: attribute.bold },
    { text: `${nodes.length} ${nodes.length === 1 ? 'node' : 'nodes'}`, style: 0 },
    ...states(scene),
    { text: `rx ${rateText(total.received, view.units)}`, style: attribute.bold },
    { text: `tx ${rateText(total.sent, view.units)}`, style: attribute.bold },
  ];
  const end = putPieces(frame, 0, left);
  if (end + 2 + displayWidth(right) <= frame.columns) frame.putRight(0, end, frame.columns, right);
}

/** So that nobody takes it for now: `2026-11-22 x60` */
function playbackText({ speed }: Playback, nowMs: number): string {
  const date = new Date(nowMs);
  const [month, day] = [date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, '0'));
  const pace = Number.isFinite(speed) ? ` x${speed}` : ' at full speed';
  return `${date.getFullYear()}-${month}-${day}${speed === 1 ? '' : pace}`;
}

export function drawChoices(frame: CellBuffer, scene: Scene): void {
  const { view } = scene;
  if (view.editing !== null) {
    const { what, text } = view.editing;
    const end = frame.put(1, 0, `${what}: ${text}`, attribute.bold);
    frame.put(1, end, ' ', attribute.reverse);
    frame.put(1, end + 2, editingHints[what], attribute.dim);
    return;
  }
  const { text, error } = view.filter;
  putPieces(frame, 1, [
    {
      text: `${paneTitles[view.pane]}${view.pane === 'node' ? ` ${view.node ?? ''}` : ''}`,
      style: attribute.reverse,
    },
    ...(scene.playback?.ended === true
      ? [{ text: 'THE END', style: attribute.bold | attribute.reverse }]
      : []),
    ...(view.paused ? [{ text: 'PAUSED', style: ink.warning | attribute.bold | attribute.reverse }] : []),
    ...(view.pane === 'table' || view.pane === 'heatmap' ? [sortedBy(scene)] : []),
    ...(view.grouping === null ? [] : [{ text: `grouped by ${view.grouping}`, style: 0 }]),
    ...(text === ''
      ? []
      : [{ text: `filter ${text}: ${filteredNodes(scene).length} of ${scene.nodes.length}`, style: 0 }]),
    ...[error, scene.playback?.error ?? null].flatMap((why) =>
      why === null ? [] : [{ text: why, style: ink.bad }],
    ),
    ...(view.interfaces === '' ? [] : [{ text: `interfaces ${view.interfaces}`, style: 0 }]),
  ]);
}

const editingHints = {
  filter: 'text, n[1-8], @rack1, r[1-4]n*',
  interfaces: "names such as 'ib*' or bond0; empty: the physical ones",
  time: '03:12, 2026-11-22T03:12, -2h (before the end), +10m (after the start)',
} as const;

function sortedBy({ view, glyphs }: Scene): Piece {
  const { column, descending } = view.sort;
  const arrow = descending ? glyphs.descending : glyphs.ascending;
  return { text: `by ${columnOf(column).title(view.units)} ${arrow}`, style: attribute.dim };
}

/** Only the states that there are: `11 sampling, 1 down`. */
function states({ nodes }: Scene): readonly Piece[] {
  const counts = { sampling: 0, late: 0, down: 0, starting: 0 };
  for (const { contact } of nodes) {
    const { state } = contact;
    counts[state === 'sampling' || state === 'late' || state === 'down' ? state : 'starting'] += 1;
  }
  const pieces: readonly [keyof typeof counts, number][] = [
    ['sampling', ink.good],
    ['starting', attribute.dim],
    ['late', ink.warning],
    ['down', ink.bad | attribute.bold],
  ];
  return pieces
    .filter(([state]) => counts[state] > 0)
    .map(([state, style]) => ({ text: `${counts[state]} ${state}`, style }));
}

function putPieces(frame: CellBuffer, row: number, pieces: readonly Piece[]): number {
  let column = 0;
  for (const { text, style } of pieces) {
    const start = column === 0 ? 0 : column + 2;
    // A number that is cut off would be another number.
    if (column > 0 && start + displayWidth(text) > frame.columns) break;
    column = frame.put(row, start, text, style);
  }
  return column;
}

function seconds(ms: number): string {
  return `${ms / 1000} s`;
}
