import { expect, it } from 'vitest';
import type { Frame, WireNode } from '../serve/wire.ts';
import { filterRows, nodeRows, type RowOptions, rowsOf } from './rows.ts';

const node = (name: string, received: number | null, state: WireNode[1] = 'sampling'): WireNode => [
  name,
  state,
  0,
  null,
  received,
];
const frame: Frame = {
  timeMs: 0,
  nodes: [node('n1', 5), node('n2', null), node('n3', 50), node('n10', 7), node('n11', null, 'down')],
  findings: [],
};
const groups = { n1: 'rack1', n2: 'rack1', n3: 'rack2', n10: 'rack2' };
const plain: RowOptions = {
  filter: '',
  sort: { column: 'received', descending: true },
  groups: undefined,
  folded: new Set(),
};
const names = (options: Partial<RowOptions>) =>
  rowsOf(frame, { ...plain, ...options }).map((row) => (row.kind === 'node' ? row.node : `[${row.group}]`));

it('what is not known stands at the end, whichever way it is sorted', () => {
  expect(names({})).toEqual(['n3', 'n10', 'n1', 'n2', 'n11']);
  expect(names({ sort: { column: 'received', descending: false } })).toEqual([
    'n1',
    'n10',
    'n3',
    'n2',
    'n11',
  ]);
});

it('by name is the order of the node set', () => {
  expect(names({ sort: { column: 'node', descending: false } })).toEqual(['n1', 'n2', 'n3', 'n10', 'n11']);
});

it.each([
  ['n1', ['n1', 'n10', 'n11']],
  ['RACK2', ['n3', 'n10']],
  ['down', ['n11']],
  ['rack1 n2', ['n2']],
  ['nothing', []],
])('the filter %j', (filter, expected) => {
  expect(filterRows(nodeRows(frame, groups), filter).map(({ node: name }) => name)).toEqual(expected);
});

it('groups have sums, and stand in the order of what is sorted by', () => {
  expect(names({ groups })).toEqual(['[rack2]', 'n3', 'n10', '[rack1]', 'n1', 'n2', '[(no group)]', 'n11']);
  const [first] = rowsOf(frame, { ...plain, groups });
  expect(first).toMatchObject({ kind: 'group', nodes: 2, down: 0, figures: { received: 57, sent: null } });
});

it('a group that is folded hides its nodes', () => {
  expect(names({ groups, folded: new Set(['rack2', '(no group)']) })).toEqual([
    '[rack2]',
    '[rack1]',
    'n1',
    'n2',
    '[(no group)]',
  ]);
});

it('a node called after what every object has is in no group', () => {
  const [row] = nodeRows({ ...frame, nodes: [node('constructor', 1)] }, groups);
  expect(row?.group).toBeUndefined();
});
