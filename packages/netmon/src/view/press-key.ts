// What a key does to the view: the view before and the key in, the view after out. What a key asks of the outside
// (leave, stop, draw again, look a node set up) is said as a wish.
import type { Key, KeyName } from '../screen/key-decoder.ts';
import type { ScreenSize } from '../screen/screen.ts';
import { columns } from './column.ts';
import { editLine } from './edit-line.ts';
import { chosenNode, moveCursor } from './move-cursor.ts';
import { initialView, noFilter, type PaneName, type Scene, type ViewState } from './scene.ts';
import { groupingOf, groupRows, nodeRows } from './table-rows.ts';
import { type TimeWish, timeWish } from './time-wish.ts';

export type Wish = 'quit' | 'interrupt' | 'suspend' | 'redraw' | 'find-filter-nodes' | TimeWish;

export interface Pressed {
  readonly view: ViewState;
  readonly wish: Wish | null;
}

export function pressKey(scene: Scene, size: ScreenSize, key: Key): Pressed {
  const { view } = scene;
  const wish = key.kind === 'key' ? wishes[key.name] : undefined;
  if (wish !== undefined) return { view, wish };
  if (view.editing !== null) return editLine(view, view.editing, key);
  if (view.help) {
    const quits = key.kind === 'text' && key.text === 'q';
    return { view: { ...view, help: false }, wish: quits ? 'quit' : null };
  }
  if (key.kind === 'text') {
    if (key.text === 'q') return { view, wish: 'quit' };
    const travel = scene.playback === null ? undefined : timeWish(key.text);
    if (travel !== undefined) return { view, wish: travel };
    return { view: pressLetter(scene, key.text), wish: null };
  }
  return { view: pressNamed(scene, size, key.name), wish: null };
}

const wishes: Partial<Record<KeyName, Wish>> = {
  interrupt: 'interrupt',
  quit: 'interrupt',
  suspend: 'suspend',
  redraw: 'redraw',
};

const panesInOrder: readonly PaneName[] = ['table', 'heatmap', 'sick-links', 'events'];

function pressNamed(scene: Scene, size: ScreenSize, name: KeyName): ViewState {
  const { view } = scene;
  if (name === 'enter') return open(scene);
  if (name === 'escape' || name === 'backspace') return back(view);
  if (name === 'tab') return nextPane(view, 1);
  if (name === 'back-tab') return nextPane(view, -1);
  if (view.pane === 'table' && name === 'left') return sortBeside(view, -1);
  if (view.pane === 'table' && name === 'right') return sortBeside(view, 1);
  return moveCursor(scene, size, name);
}

function pressLetter(scene: Scene, letter: string): ViewState {
  const { view } = scene;
  const change = byLetter[letter];
  if (change !== undefined) return change(scene);
  const column = columns.find((each) => each.letter === letter);
  return column === undefined ? view : sortBy(view, column.name);
}

const byLetter: Readonly<Record<string, (scene: Scene) => ViewState>> = {
  '1': ({ view }) => show(view, 'table'),
  '2': ({ view }) => show(view, 'heatmap'),
  h: ({ view }) => show(view, 'heatmap'),
  '3': (scene) => openNode(scene),
  '4': ({ view }) => show(view, 'sick-links'),
  s: ({ view }) => show(view, 'sick-links'),
  '5': ({ view }) => show(view, 'events'),
  '?': ({ view }) => ({ ...view, help: true }),
  '/': ({ view }) => ({ ...view, editing: { what: 'filter', text: view.filter.text } }),
  T: ({ view, playback }) => (playback === null ? view : { ...view, editing: { what: 'time', text: '' } }),
  i: ({ view }) => ({ ...view, editing: { what: 'interfaces', text: view.interfaces } }),
  B: ({ view }) => ({ ...view, units: view.units === 'bits' ? 'bytes' : 'bits' }),
  L: ({ view }) => ({ ...view, logarithmic: !view.logarithmic }),
  R: ({ view }) => ({ ...view, sort: { ...view.sort, descending: !view.sort.descending } }),
  ' ': ({ view }) => ({ ...view, paused: !view.paused }),
  p: ({ view }) => ({ ...view, paused: !view.paused }),
  '<': ({ view }) => sortBeside(view, -1),
  '>': ({ view }) => sortBeside(view, 1),
  g: nextGrouping,
  F: foldAll,
};

function show(view: ViewState, pane: PaneName): ViewState {
  return view.pane === pane ? view : { ...view, pane, top: 0 };
}

function nextPane(view: ViewState, by: number): ViewState {
  const at = panesInOrder.indexOf(view.pane);
  const next = panesInOrder[(Math.max(0, at) + by + panesInOrder.length) % panesInOrder.length] ?? 'table';
  return show(view, next);
}

/** Enter: a group is folded or unfolded, a node is shown in detail. */
function open(scene: Scene): ViewState {
  const { view } = scene;
  if (view.pane !== 'table' || view.cursor?.startsWith('@') !== true) return openNode(scene);
  const folded = new Set(view.folded);
  if (!folded.delete(view.cursor)) folded.add(view.cursor);
  return { ...view, folded };
}

function openNode(scene: Scene): ViewState {
  const node = chosenNode(scene);
  if (node === undefined || scene.view.pane === 'node') return scene.view;
  const { pane: cameFrom } = scene.view;
  return { ...scene.view, pane: 'node', cameFrom, node, chartInterface: null, top: 0 };
}

function back(view: ViewState): ViewState {
  if (view.pane === 'node') return show(view, view.cameFrom);
  if (view.filter.text !== '') return { ...view, filter: noFilter, top: 0 };
  return show(view, initialView.pane);
}

/** The same column once more turns the order round; names begin with the first, figures with the largest. */
function sortBy(view: ViewState, column: ViewState['sort']['column']): ViewState {
  const descending = view.sort.column === column ? !view.sort.descending : column !== 'node';
  return { ...view, sort: { column, descending } };
}

function sortBeside(view: ViewState, by: number): ViewState {
  const at = columns.findIndex(({ name }) => name === view.sort.column);
  const next = columns[Math.min(columns.length - 1, Math.max(0, at + by))];
  return next === undefined || next.name === view.sort.column ? view : sortBy(view, next.name);
}

function nextGrouping({ view, groupings }: Scene): ViewState {
  const names = [null, ...groupings.map(({ name }) => name)];
  const next = names[(names.indexOf(view.grouping) + 1) % names.length] ?? null;
  return { ...view, grouping: next, folded: new Set(), top: 0 };
}

function foldAll(scene: Scene): ViewState {
  const { view } = scene;
  const grouping = groupingOf(scene);
  if (grouping === undefined) return view;
  const keys = groupRows(scene, nodeRows(scene), grouping).map(({ key }) => key);
  const allFolded = keys.every((key) => view.folded.has(key));
  return { ...view, folded: new Set(allFolded ? [] : keys), top: 0 };
}
