// Where each node stands in the heat map: in the order of the node set, so that a node keeps its place; each group begins
// a line of its own.
import { displayWidth } from '@heorot/cli';
import type { Body } from './body.ts';
import type { Scene } from './scene.ts';
import { groupingOf, groupRows, type NodeRow, nodeRows } from './table-rows.ts';

export interface HeatLine {
  readonly label: string;
  /** The label names a group, not the first node. */
  readonly heading: boolean;
  readonly nodes: readonly NodeRow[];
}

export interface HeatGrid {
  readonly lines: readonly HeatLine[];
  /** Column of the first cell, and columns from one to the next. */
  readonly start: number;
  readonly pitch: number;
  /** Lines that the body shows. */
  readonly shown: number;
}

const longestLabel = 14;

export function heatGrid(scene: Scene, body: Body): HeatGrid {
  const byName: Scene = { ...scene, view: { ...scene.view, sort: { column: 'node', descending: false } } };
  const order = new Map(scene.nodes.map((status, at) => [status.node, at]));
  const rows = nodeRows(byName).toSorted(
    (one, other) => (order.get(one.key) ?? 0) - (order.get(other.key) ?? 0),
  );
  const grouping = groupingOf(scene);
  const groups =
    grouping === undefined
      ? [{ label: '', nodes: rows }]
      : groupRows(byName, rows, grouping).map(({ name, nodes }) => ({ label: name, nodes }));
  // The last two rows are the legend and the chosen node.
  const shown = Math.max(1, body.rows - 2);
  const labels = groups.map(({ label, nodes }) => displayWidth(label || (nodes[0]?.key ?? '')));
  const start = Math.min(longestLabel, Math.max(0, ...labels) + 2, Math.floor(body.columns / 3)) + 1;
  const room = Math.max(1, body.columns - start);
  const pitch = [3, 2].find((each) => linesOf(groups, perLine(room, each)).length <= shown) ?? 1;
  return { lines: linesOf(groups, perLine(room, pitch)), start, pitch, shown };
}

/** Tens, where that leaves little unused: so one can count. */
function perLine(room: number, pitch: number): number {
  const most = Math.max(1, Math.floor((room + pitch - 1) / pitch));
  return most >= 20 ? most - (most % 10) : most;
}

function linesOf(
  groups: readonly { readonly label: string; readonly nodes: readonly NodeRow[] }[],
  cells: number,
): readonly HeatLine[] {
  return groups.flatMap(({ label, nodes }) =>
    Array.from({ length: Math.ceil(nodes.length / cells) }, (_, at): HeatLine => {
      const part = nodes.slice(at * cells, (at + 1) * cells);
      const heading = label !== '' && at === 0;
      return { label: heading ? label : label === '' ? (part[0]?.key ?? '') : '', heading, nodes: part };
    }),
  );
}
