import { expect, it } from 'vitest';
import { displayWidth } from '../terminal/display-width.ts';
import { renderTable } from './render-table.ts';

const columns = [{ title: 'node' }, { title: 'cores', align: 'right' }, { title: 'note' }] as const;
const rows = [
  ['n1', '8', 'as it should be'],
  ['節点', '128', ''],
];

it('aligns columns by what they show', () => {
  expect(renderTable(columns, rows)).toEqual([
    'node  cores  note',
    'n1        8  as it should be',
    '節点    128',
  ]);
});

it('cuts the widest column where the terminal is narrow', () => {
  const lines = renderTable(columns, rows, { width: 22 });
  expect(lines[1]).toBe('n1        8  as it sh…');
  expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(22);
});

it('says the titles alone when there is nothing to list', () => {
  expect(renderTable(columns, [], { title: (text) => `<${text}>` })).toEqual(['<node  cores  note>']);
});
