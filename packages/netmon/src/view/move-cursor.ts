// Arrows and pages in each view: which row, cell or interface is pointed at, and how far is scrolled.
import type { KeyName } from '../screen/key-decoder.ts';
import type { ScreenSize } from '../screen/screen.ts';
import { bodyOf, firstShown } from './body.ts';
import { shownEvents } from './draw-events.ts';
import { findingKey, shownFindings } from './draw-sick-links.ts';
import { tableRowsShown } from './draw-table.ts';
import { heatGrid } from './heat-grid.ts';
import type { PaneName, Scene, ViewState } from './scene.ts';
import { tableRows } from './table-rows.ts';

type Move = (scene: Scene, size: ScreenSize, name: KeyName) => ViewState;

const findingsPerPage = 5;

export function moveCursor(scene: Scene, size: ScreenSize, name: KeyName): ViewState {
  return moves[scene.view.pane](scene, size, name);
}

const moves: Readonly<Record<PaneName, Move>> = {
  table: moveInTable,
  heatmap: moveInHeatmap,
  node: moveInNode,
  'sick-links': moveInSickLinks,
  events: scrollEvents,
};

/** The node that Enter opens. */
export function chosenNode(scene: Scene): string | undefined {
  const { view } = scene;
  if (view.pane === 'sick-links') {
    const findings = shownFindings(scene);
    return (findings.find((finding) => findingKey(finding) === view.cursor) ?? findings[0])?.node;
  }
  if (view.pane === 'events') return shownEvents(scene)[view.top]?.node;
  const rows = tableRows(scene);
  const chosen = rows.find(({ key }) => key === view.cursor) ?? rows.find(({ kind }) => kind === 'node');
  return chosen?.kind === 'node' ? chosen.status.node : undefined;
}

function moveInTable(scene: Scene, size: ScreenSize, name: KeyName): ViewState {
  const { view } = scene;
  const shown = tableRowsShown(bodyOf(size));
  const keys = tableRows(scene).map(({ key }) => key);
  const cursor = keyAt(keys, view.cursor, stepOf(name, Math.max(1, shown - 1)));
  const at = cursor === null ? -1 : keys.indexOf(cursor);
  return { ...view, cursor, top: firstShown(view.top, shown, keys.length, at) };
}

/** Up and down by lines of the map, left and right by cells. */
function moveInHeatmap(scene: Scene, size: ScreenSize, name: KeyName): ViewState {
  const { view } = scene;
  const { lines, shown } = heatGrid(scene, bodyOf(size));
  const line = lines.findIndex(({ nodes }) => nodes.some(({ key }) => key === view.cursor));
  const cells = lines.flatMap(({ nodes }) => nodes.map(({ key }) => key));
  if (line < 0) return { ...view, cursor: cells[0] ?? null };
  const place = lines[line]?.nodes.findIndex(({ key }) => key === view.cursor) ?? 0;
  const by = stepOf(name, Math.max(1, shown - 1));
  if (name === 'up' || name === 'down' || name === 'page-up' || name === 'page-down') {
    const target = lines[Math.min(lines.length - 1, Math.max(0, line + by))]?.nodes ?? [];
    return { ...view, cursor: (target[place] ?? target.at(-1))?.key ?? view.cursor };
  }
  return { ...view, cursor: keyAt(cells, view.cursor, by) };
}

/** From all counted interfaces together to each interface in turn. */
function moveInNode(scene: Scene, _: ScreenSize, name: KeyName): ViewState {
  const { view, nodes } = scene;
  const facts = nodes.find(({ node }) => node === view.node)?.facts;
  const choices = [null, ...(facts?.keys() ?? [])];
  const at = choices.indexOf(view.chartInterface) + stepOf(name, 1);
  return { ...view, chartInterface: choices[Math.min(choices.length - 1, Math.max(0, at))] ?? null };
}

function moveInSickLinks(scene: Scene, _: ScreenSize, name: KeyName): ViewState {
  const keys = shownFindings(scene).map(findingKey);
  return { ...scene.view, cursor: keyAt(keys, scene.view.cursor, stepOf(name, findingsPerPage)) };
}

function scrollEvents(scene: Scene, size: ScreenSize, name: KeyName): ViewState {
  const { rows } = bodyOf(size);
  const total = shownEvents(scene).length;
  return {
    ...scene.view,
    top: firstShown(scene.view.top + stepOf(name, Math.max(1, rows - 1)), rows, total, -1),
  };
}

function stepOf(name: KeyName, page: number): number {
  return { ...steps, 'page-up': -page, 'page-down': page }[name] ?? 0;
}

const steps: Partial<Record<KeyName, number>> = {
  up: -1,
  left: -1,
  down: 1,
  right: 1,
  home: Number.NEGATIVE_INFINITY,
  end: Number.POSITIVE_INFINITY,
};

/** The key so many places on; the first one when nothing was chosen yet, or what was chosen is gone. */
function keyAt(keys: readonly string[], key: string | null, by: number): string | null {
  const at = key === null ? -1 : keys.indexOf(key);
  if (at < 0) return (by === Number.POSITIVE_INFINITY ? keys.at(-1) : keys[0]) ?? null;
  return keys[Math.min(keys.length - 1, Math.max(0, at + by))] ?? null;
}
