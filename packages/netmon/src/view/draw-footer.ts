// The last row: the keys that matter where one is.
import { displayWidth } from '@heorot/cli';
import type { CellBuffer } from '../screen/cell-buffer.ts';
import { attribute } from '../screen/style.ts';
import type { PaneName, Scene, ViewState } from './scene.ts';

type Hint = readonly [key: string, what: string];

export function drawFooter(frame: CellBuffer, row: number, scene: Scene): void {
  let column = 0;
  for (const [key, what] of hints(scene)) {
    const start = column === 0 ? 0 : column + 2;
    if (start + displayWidth(`${key} ${what}`) > frame.columns) break;
    const end = frame.put(row, start, key, attribute.bold);
    column = frame.put(row, end + 1, what, attribute.dim);
  }
}

function hints({ view, playback }: Scene): readonly Hint[] {
  if (view.editing !== null) return editing;
  if (view.help) return [['any key', 'back']];
  if (playback !== null)
    return [...panes.slice(0, 2), ...ofRecording(view), ...panes.slice(2), ...ofPane[view.pane]];
  if (view.pane !== 'table') return [...panes, ...ofPane[view.pane]];
  return [
    ...panes,
    ...ofPane.table,
    ['B', view.units === 'bits' ? 'bytes' : 'bits'],
    ['Space', view.paused ? 'go on' : 'pause'],
  ];
}

function ofRecording({ paused }: ViewState): readonly Hint[] {
  return [
    ['[ ]', '10 s'],
    ['{ }', '1 min'],
    ['( )', '10 min'],
    ['T', 'time'],
    ['- +', 'speed'],
    ['Space', paused ? 'go on' : 'pause'],
  ];
}

const editing: readonly Hint[] = [
  ['Enter', 'take'],
  ['Escape', 'leave as it was'],
  ['Ctrl-U', 'empty'],
];

const panes: readonly Hint[] = [
  ['q', 'quit'],
  ['?', 'help'],
  ['1', 'table'],
  ['2', 'heat map'],
  ['4', 'sick links'],
  ['5', 'events'],
];

const scrolling: readonly Hint[] = [
  ['arrows', 'scroll'],
  ['Enter', 'node'],
  ['/', 'filter'],
];

const ofPane: Readonly<Record<PaneName, readonly Hint[]>> = {
  table: [
    ['Enter', 'node'],
    ['/', 'filter'],
    ['g', 'group'],
    ['< >', 'sort'],
  ],
  heatmap: [
    ['arrows', 'node'],
    ['Enter', 'detail'],
    ['< >', 'figure'],
    ['g', 'group'],
  ],
  node: [
    ['Escape', 'back'],
    ['arrows', 'interface'],
    ['L', 'log scale'],
  ],
  'sick-links': scrolling,
  events: scrolling,
};
