// The help that lies over a view: every key, and what the columns are.
import { displayWidth } from '@heorot/cli';
import type { CellBuffer } from '../screen/cell-buffer.ts';
import { attribute } from '../screen/style.ts';
import type { Body } from './body.ts';
import { columns } from './column.ts';
import type { Glyphs } from './glyphs.ts';

type Entry = readonly [keys: string, what: string];

const general: readonly Entry[] = [
  ['q, Ctrl-C', 'quit'],
  ['1 2 4 5', 'table, heat map, sick links, events; Tab: the next'],
  ['Enter', 'a node in detail (3), a group folded or unfolded'],
  ['Escape', 'back; takes the filter away'],
  ['arrows', 'choose a row or a cell; pages, Home, End'],
  ['< > or left, right', 'sort by the column before or behind'],
  ['R', 'sort the other way round'],
  ['/', 'filter: part of a name, a node set, @group'],
  ['g', 'group by the next group source; F folds all'],
  ['i', 'interfaces that make the figures: ib*, bond0'],
  ['B', 'bits or bytes'],
  ['L', 'logarithmic scale of sparklines, charts and heat'],
  ['Space, p', 'pause, go on'],
  ['Ctrl-L', 'draw everything again'],
];

export function drawHelp(frame: CellBuffer, body: Body, glyphs: Glyphs): void {
  const sorting = columns.map(
    ({ letter, title, summary }): Entry => [letter, `${title('bits')}: ${summary}`],
  );
  const both = body.columns >= 110;
  const left = [heading('Keys'), ...general];
  const right = [heading('Sort by, and what it is'), ...sorting, ...signs(glyphs)];
  if (both) {
    const middle = Math.floor(body.columns / 2);
    drawBox(frame, body, left, 0, middle);
    drawBox(frame, body, right, middle, body.columns - middle);
    return;
  }
  drawBox(frame, body, [...left, ...right], 0, body.columns);
}

function signs(glyphs: Glyphs): readonly Entry[] {
  return [
    ['- !', 'not known; down, with since when'],
    ['~ .', 'late; not sampled yet'],
    [glyphs.levels.join(''), 'little to much'],
  ];
}

function heading(text: string): Entry {
  return ['', text];
}

function drawBox(
  frame: CellBuffer,
  body: Body,
  entries: readonly Entry[],
  column: number,
  width: number,
): void {
  frame.erase(body.row, column, body.rows, width);
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
