// Whole frames of every view, as a person sees them: snapshots/ holds the pictures.
import { afterAll, describe, expect, it } from 'vitest';
import { asciiGlyphs } from './glyphs.ts';
import type { Scene, ViewState } from './scene.ts';
import type { NodeScript } from './testing/scripted-cluster.fixture.ts';
import { eightNodes, frameText, playScript } from './testing/scripted-cluster.fixture.ts';

const eight = playScript(eightNodes);
const thousand = playScript(
  Array.from({ length: 1000 }, (_, at): NodeScript => {
    const down = at % 250 === 99;
    return {
      name: `n${String(at + 1).padStart(4, '0')}`,
      received: () => ((at * 37) % 1000) * 1.25e6,
      ...(down ? { until: 2, state: 'down', detail: 'connection refused' } : {}),
    };
  }),
  4,
);
afterAll(() => {
  eight[Symbol.dispose]();
  thousand[Symbol.dispose]();
});

const ascii: Partial<Scene> = { glyphs: asciiGlyphs };
const folded: Partial<ViewState> = { grouping: 'rack', folded: new Set(['@rack1']), cursor: '@rack1' };
const filter = { text: 'n[1-2]', nodes: new Set(['n1', 'n2']), error: null };
const playback = { speed: 60, ended: false, error: null };
const sort = { column: 'age', descending: false } as const;

describe('a frame', () => {
  it.each<[string, Scene, number, number]>([
    ['table', eight.scene(), 130, 16],
    ['table-of-80-columns', eight.scene(), 80, 14],
    ['table-of-40-columns', eight.scene(), 40, 14],
    ['table-in-ascii', eight.scene({}, ascii), 100, 14],
    ['table-in-bytes-by-age', eight.scene({ units: 'bytes', sort, paused: true }), 100, 14],
    ['table-of-a-recording', eight.scene({ paused: true }, { playback }), 130, 14],
    ['help-of-a-recording', eight.scene({ help: true }, { playback }), 100, 24],
    ['table-by-rack', eight.scene({ grouping: 'rack' }), 110, 18],
    ['table-with-a-rack-folded', eight.scene(folded), 110, 14],
    ['table-filtered', eight.scene({ filter, logarithmic: true }), 110, 8],
    ['table-of-another-interface', eight.scene({ interfaces: 'lo' }), 110, 14],
    ['table-while-a-filter-is-typed', eight.scene({ editing: { what: 'filter', text: 'n[1-' } }), 100, 8],
    [
      'table-with-a-filter-that-is-wrong',
      eight.scene({ filter: { text: '@nix', nodes: null, error: "no group 'nix'" } }),
      100,
      8,
    ],
    ['heatmap', eight.scene({ pane: 'heatmap', cursor: 'n4' }), 100, 12],
    [
      'heatmap-of-racks-in-ascii',
      eight.scene({ pane: 'heatmap', grouping: 'rack', cursor: 'n5' }, ascii),
      80,
      12,
    ],
    ['heatmap-of-a-thousand-nodes', thousand.scene({ pane: 'heatmap' }), 54, 30],
    ['node', eight.scene({ pane: 'node', node: 'n1', chartInterface: 'eth0' }), 120, 30],
    ['node-in-ascii', eight.scene({ pane: 'node', node: 'n1' }, ascii), 100, 26],
    ['node-that-is-down', eight.scene({ pane: 'node', node: 'n5' }), 100, 20],
    ['node-with-rdma', eight.scene({ pane: 'node', node: '節点8' }), 100, 20],
    ['sick-links', eight.scene({ pane: 'sick-links' }), 100, 20],
    ['events', eight.scene({ pane: 'events' }), 100, 14],
    ['help', eight.scene({ help: true }), 120, 24],
    ['help-of-80-columns', eight.scene({ help: true }), 80, 24],
    ['help-of-40-columns', eight.scene({ help: true }, ascii), 40, 36],
  ])('%s', async (name, scene, columns, rows) => {
    await expect(frameText(scene, columns, rows)).toMatchFileSnapshot(`snapshots/${name}.txt`);
  });

  it.each(['table', 'heatmap', 'node', 'sick-links', 'events'] as const)(
    'of the %s is drawn in every size from one cell on',
    (pane) => {
      const scene = eight.scene({ pane, node: 'n1', cursor: 'n8', grouping: 'rack' });
      for (const columns of [1, 2, 3, 10, 20, 39, 80, 300, 1000]) {
        for (const rows of [1, 2, 3, 4, 5, 9, 24, 100]) {
          const lines = frameText(scene, columns, rows).split('\n');
          expect(lines).toHaveLength(rows + 1);
        }
      }
    },
  );
});

describe('what is not known', () => {
  it('is a dash in the table, and a question mark in the heat map, never 0', () => {
    const silent = playScript([{ name: 'n1' }], 1);
    expect(frameText(silent.scene(), 100, 6)).toMatch(/n1 +- +- +- +- +- +- +- +0.1 +- +25.0 +0.4 s/);
    expect(frameText(silent.scene({ pane: 'heatmap' }), 100, 8)).toMatch(/n1 +\?/);
  });
});

it('the machine that netmon runs on has its make and its system in the node view, and each node its cards', () => {
  const card = 'Intel Corporation I350 Gigabit Network Connection';
  using alone = playScript([{ name: 'head', facts: { card, driver: 'igb' } }], 2);
  const node = alone.cluster.node('head');
  if (node === undefined) throw new Error('no such node');
  const machine = { manufacturer: 'Dell Inc.', model: 'PowerEdge R6515', system: 'Debian GNU/Linux 12' };
  node.machine = { ...machine, kernel: '6.1.0', architecture: null, cards: [] };
  const lines = frameText(alone.scene({ pane: 'node', node: 'head' }), 100, 20).split('\n');
  expect(lines.slice(4, 6)).toEqual([
    'Dell Inc. PowerEdge R6515, Debian GNU/Linux 12, kernel 6.1.0',
    'eth0: Intel Corporation I350 Gigabit Network Connection (igb)',
  ]);
});
