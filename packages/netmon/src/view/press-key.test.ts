// What keys do, played one after another on the scripted cluster.
import { afterAll, describe, expect, it } from 'vitest';
import { KeyDecoder } from '../screen/key-decoder.ts';
import { pressKey, type Wish } from './press-key.ts';
import type { Scene, ViewState } from './scene.ts';
import { tableRows } from './table-rows.ts';
import { eightNodes, playScript } from './testing/scripted-cluster.fixture.ts';

const eight = playScript(eightNodes);
afterAll(() => eight[Symbol.dispose]());

const size = { columns: 100, rows: 12 };
const up = '\u001b[A';
const down = '\u001b[B';
const right = '\u001b[C';
const left = '\u001b[D';
const pageDown = '\u001b[6~';
const end = '\u001b[F';
const home = '\u001b[H';

/** The view after these keys, and what they asked of the outside. */
function play(
  keys: string,
  begin: Partial<ViewState> = {},
): { readonly scene: Scene; readonly wishes: readonly Wish[] } {
  const decoder = new KeyDecoder();
  const wishes: Wish[] = [];
  let scene = eight.scene(begin);
  for (const key of [...decoder.push(Buffer.from(keys)), ...decoder.settle()]) {
    const { view, wish } = pressKey(scene, size, key);
    if (wish !== null) wishes.push(wish);
    scene = eight.scene(view);
  }
  return { scene, wishes };
}

const view = (keys: string, begin?: Partial<ViewState>) => play(keys, begin).scene.view;
const order = (keys: string, begin?: Partial<ViewState>) =>
  tableRows(play(keys, begin).scene).map(({ key }) => key);

describe('a recording', () => {
  const playback = { speed: 1, ended: false, error: null };
  const wishOf = (key: string, scene: Scene) => pressKey(scene, size, { kind: 'text', text: key }).wish;

  it.each<[string, Wish]>([
    ['[', { kind: 'seek', byMs: -10_000 }],
    ['}', { kind: 'seek', byMs: 60_000 }],
    [')', { kind: 'seek', byMs: 600_000 }],
    ['.', { kind: 'step', by: 1 }],
    ['+', { kind: 'speed', by: 1 }],
    ['-', { kind: 'speed', by: -1 }],
  ])('takes %s as %j, which means nothing of now', (key, wish) => {
    expect(wishOf(key, eight.scene({}, { playback }))).toEqual(wish);
    expect(wishOf(key, eight.scene())).toBeNull();
  });

  it('is gone to a time of with T', () => {
    const typing = pressKey(eight.scene({}, { playback }), size, { kind: 'text', text: 'T' }).view;
    expect(typing.editing).toEqual({ what: 'time', text: '' });
    expect(play('03:12\r', typing).wishes).toEqual([{ kind: 'jump', text: '03:12' }]);
    expect(play('T').scene.view.editing).toBeNull();
  });
});

describe('sorting', () => {
  it.each<[string, string, readonly string[]]>([
    ['the most received first', '', ['n2', 'n1', 'n4', '節点8', 'n6', 'n3', 'n5', 'n7']],
    ['by its letter', 'c', ['n2', 'n1', 'n3', 'n4', 'n6', '節点8', 'n5', 'n7']],
    ['by name from the first on', 'n', ['n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7', '節点8']],
    ['the other way round by the letter again', 'nn', ['節点8', 'n7', 'n6', 'n5', 'n4', 'n3', 'n2', 'n1']],
    ['the other way round, what is not known last', 'R', ['n3', 'n6', 'n4', '節点8', 'n1', 'n2', 'n5', 'n7']],
    ['by the column to the right', right, ['n2', 'n1', 'n3', 'n4', 'n6', '節点8', 'n5', 'n7']],
    ['by the column to the left', left, ['n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7', '節点8']],
    [
      'within groups, and groups by their totals',
      'gR',
      ['@rack2', 'n6', '節点8', 'n5', 'n7', '@rack1', 'n3', 'n4', 'n1', 'n2'],
    ],
  ])('%s', (_, keys, expected) => {
    expect(order(keys)).toEqual(expected);
  });

  it('stays on the first and the last column', () => {
    expect(view(left.repeat(30)).sort.column).toBe('node');
    expect(view(right.repeat(30)).sort.column).toBe('age');
  });
});

describe('the cursor', () => {
  it.each<[string, string, string | null]>([
    ['is nowhere until an arrow is pressed', '', null],
    ['begins at the first row', down, 'n2'],
    ['moves by rows', down + down + down + up, 'n1'],
    ['does not leave the table', down + up.repeat(5), 'n2'],
    ['goes to the end', end, 'n7'],
    ['and back', end + home, 'n2'],
    ['moves by pages', down + pageDown, 'n7'],
    ['stays on its node when the order changes', `${down}${down}n`, 'n1'],
  ])('%s', (_, keys, expected) => {
    expect(view(keys).cursor).toBe(expected);
  });

  it('is kept in sight', () => {
    const small = { columns: 80, rows: 7 };
    let scene = eight.scene();
    for (const key of new KeyDecoder().push(Buffer.from(down.repeat(6)))) {
      scene = eight.scene(pressKey(scene, small, key).view);
    }
    expect(scene.view).toMatchObject({ cursor: 'n3', top: 3 });
  });

  it('walks through the heat map by cells and lines', () => {
    expect(view(`2${right}${right}${right}`).cursor).toBe('n3');
    expect(view(`2g${right}${right}${down}`).cursor).toBe('n6');
    expect(view(`2g${right}${down}${right.repeat(9)}`).cursor).toBe('節点8');
  });
});

describe('a view', () => {
  it.each<[string, string, ViewState['pane']]>([
    ['2', 'heat map', 'heatmap'],
    ['4', 'sick links', 'sick-links'],
    ['5', 'events', 'events'],
    ['2\t', 'the next after the heat map', 'sick-links'],
    ['\u001b[Z', 'the last, backwards', 'events'],
    ['41', 'back at the table', 'table'],
    [`${down}\r`, 'a node', 'node'],
    [`2${right}\r\u001b`, 'back where one came from', 'heatmap'],
  ])('%j leads to: %s', (keys, _, pane) => {
    expect(view(keys).pane).toBe(pane);
  });

  it('of a node is that under the cursor, of the first where there is none, or of a sick link', () => {
    expect(view(`${down}${down}\r`).node).toBe('n1');
    expect(view('\r').node).toBe('n2');
    expect(view(`4${down}${down}${down}\r`).node).toBe('n4');
  });

  it('of a node charts one of its interfaces after the other', () => {
    expect(view(`\r${down}`).chartInterface).toBe('lo');
    expect(view(`\r${down}${down}${down}`).chartInterface).toBe('eth0');
    expect(view(`\r${down}${up}${up}`).chartInterface).toBeNull();
  });
});

describe('groups', () => {
  it('come and go with g', () => {
    expect([view('g').grouping, view('gg').grouping]).toEqual(['rack', null]);
  });

  it('are folded one by one and all at once', () => {
    expect(order(`g${down}\r`)).toEqual(['@rack1', '@rack2', '節点8', 'n6', 'n5', 'n7']);
    expect(order(`g${down}\r\r`)).toHaveLength(10);
    expect(order('gF')).toEqual(['@rack1', '@rack2']);
    expect(order('gFF')).toHaveLength(10);
  });
});

describe('a filter', () => {
  it('of text is looked for in names, groups and states at once', () => {
    expect(order('/8\r')).toEqual(['節点8']);
    expect(order('/DOWN\r')).toEqual(['n5']);
    expect(order('g/rack2\r')).toEqual(['@rack2', '節点8', 'n6', 'n5', 'n7']);
  });

  it('that is a node set is to be looked up', () => {
    expect(play('/n[1-2]\r').wishes).toEqual(['find-filter-nodes']);
    expect(play('/n1\r').wishes).toEqual([]);
  });

  it('is typed with the keys of an editor, and letters are no commands meanwhile', () => {
    expect(view('/qx\u007fé').editing?.text).toBe('qé');
    expect(view('/abc\u0015n7\r').filter.text).toBe('n7');
    expect(view('/n7\r/abc\u001b').filter.text).toBe('n7');
  });

  it('goes with Escape', () => {
    expect(view('/n7\r\u001b').filter.text).toBe('');
  });
});

it('switches turn and turn back', () => {
  expect(view('B').units).toBe('bytes');
  expect(view('BB').units).toBe('bits');
  expect([view('L').logarithmic, view(' ').paused, view('pp').paused]).toEqual([true, true, false]);
  expect(view('ilo eth*\r').interfaces).toBe('lo eth*');
  expect([view('?').help, view('?x').help, view('?x').sort.column]).toEqual([true, false, 'received']);
});

it.each<[string, readonly Wish[]]>([
  ['q', ['quit']],
  ['?q', ['quit']],
  ['\u0003', ['interrupt']],
  ['/\u0003', ['interrupt']],
  ['\u001c', ['interrupt']],
  ['\u001a', ['suspend']],
  ['\f', ['redraw']],
  ['/q', []],
  ['Z', []],
])('%j asks for %j', (keys, wishes) => {
  expect(play(keys).wishes).toEqual(wishes);
});
