// The help that lies over a view: every key, and what the columns are.
import { displayWidth } from '@heorot/cli';
import type { CellBuffer } from '../screen/cell-buffer.ts';
import { attribute } from '../screen/style.ts';
import type { Body } from './body.ts';
import { columns } from './column.ts';
import type { Glyphs } from './glyphs.ts';
import type { Scene } from './scene.ts';

type Entry = readonly [keys: string, what: string];

const general: readonly Entry[] = [
  ['q', 'quit; Ctrl-C too'],
  ['1 2 4 5', 'table, heat map, sick, events'],
  ['Tab', 'the next of them'],
  ['Enter', 'a node in detail; folds a group'],
  ['Escape', 'back; takes the filter away'],
  ['arrows', 'choose; pages, Home, End'],
  ['< >', 'sort by the next column'],
  ['R', 'the other way round'],
  ['/', 'filter: text, n[1-8], @group'],
  ['g', 'group by the next source'],
  ['F', 'fold or unfold all groups'],
  ['i', 'interfaces: ib*, bond0'],
  ['B', 'bits or bytes'],
  ['L', 'logarithmic scale of pictures'],
  ['Space', 'pause, go on'],
  ['Ctrl-L', 'draw everything again'],
];

const ofRecording: readonly Entry[] = [
  ['[ ] { } ( )', '10 s, 1 min, 10 min back, on'],
  ['T', 'to a time: 03:12, -2h, +10m'],
  ['- +', 'slower, faster'],
  ['Space', 'stop the time, let it go on'],
  [', .', 'one reading back, on'],
];

/** Columns of the first list, where both stand side by side. */
const listColumns = 42;
const bothColumns = 80;

export function drawHelp(
  frame: CellBuffer,
  body: Body,
  { glyphs, playback }: Pick<Scene, 'glyphs' | 'playback'>,
): void {
  const sorting = columns.map(
    ({ letter, title, summary }): Entry => [letter, `${title('bits')}: ${summary}`],
  );
  const left = [heading('Keys'), ...general];
  const right = [
    heading('Sort by'),
    ...sorting,
    ...(playback === null ? signs(glyphs) : [heading('Recording'), ...ofRecording]),
  ];
  frame.erase(body.row, 0, body.rows, body.columns);
  if (body.columns < bothColumns) {
    drawList(frame, body, [...left, ...right], 0, body.columns);
    return;
  }
  drawList(frame, body, left, 0, listColumns);
  drawList(frame, body, right, listColumns, body.columns - listColumns);
}

function signs(glyphs: Glyphs): readonly Entry[] {
  return [
    ['- !', 'not known; down'],
    ['~ .', 'late; not sampled yet'],
    [glyphs.levels.join(''), 'little to much'],
  ];
}

function heading(text: string): Entry {
  return ['', text];
}

function drawList(
  frame: CellBuffer,
  body: Body,
  entries: readonly Entry[],
  column: number,
  width: number,
): void {
  const keys = Math.max(...entries.map(([key]) => displayWidth(key)));
  for (const [at, [key, what]] of entries.slice(0, body.rows).entries()) {
    const row = body.row + at;
    const end = column + width;
    if (key === '') frame.put(row, column + 1, what, attribute.bold | attribute.underline, end);
    else {
      frame.put(row, column + 1, key, attribute.bold, end);
      frame.put(row, column + keys + 3, what, 0, end);
    }
  }
}
