// The rows of the table in their order: filtered, sorted, and under the headings of their groups. The heat map and the
// keys go by the same order.
import { naturalOrder } from '@heorot/inventory';
import type { NodeStatus } from '../live/node-status.ts';
import type { ColumnName } from './column.ts';
import { figuresOf } from './figures.ts';
import { type Grouping, ungrouped } from './grouping.ts';
import type { Scene } from './scene.ts';
import { type Figures, totalFigures } from './total-figures.ts';

export interface NodeRow {
  readonly kind: 'node';
  readonly key: string;
  readonly status: NodeStatus;
  readonly figures: Figures;
}

export interface GroupRow {
  readonly kind: 'group';
  readonly key: string;
  readonly name: string;
  readonly folded: boolean;
  readonly nodes: readonly NodeRow[];
  readonly figures: Figures;
}

export type TableRow = NodeRow | GroupRow;

export function tableRows(scene: Scene): readonly TableRow[] {
  const nodes = nodeRows(scene);
  const grouping = groupingOf(scene);
  if (grouping === undefined) return nodes;
  return groupRows(scene, nodes, grouping).flatMap((group) =>
    group.folded ? [group] : [group, ...group.nodes],
  );
}

/** All nodes that the filter lets through, sorted; the order of the node set decides between equals. */
export function nodeRows(scene: Scene): readonly NodeRow[] {
  const { view, nowMs } = scene;
  const rows = filteredNodes(scene).map(
    (status): NodeRow => ({
      kind: 'node',
      key: status.node,
      status,
      figures: figuresOf(status, view.interfaces, nowMs),
    }),
  );
  return sorted(rows, view.sort.column, view.sort.descending, (row) => row.status.node);
}

export function groupRows(scene: Scene, rows: readonly NodeRow[], grouping: Grouping): readonly GroupRow[] {
  const { view } = scene;
  const groups = Map.groupBy(rows, (row) => grouping.groupOf(row.status.node) ?? ungrouped);
  const made = [...groups].map(
    ([name, nodes]): GroupRow => ({
      kind: 'group',
      key: `@${name}`,
      name,
      folded: view.folded.has(`@${name}`),
      nodes,
      figures: totalFigures(nodes.map(({ figures }) => figures)),
    }),
  );
  const byName = made.toSorted((one, other) => naturalOrder(one.name, other.name));
  return sorted(byName, view.sort.column, view.sort.descending, (row) => row.name);
}

export function groupingOf({ groupings, view }: Scene): Grouping | undefined {
  return groupings.find(({ name }) => name === view.grouping);
}

export function filteredNodes(scene: Scene): readonly NodeStatus[] {
  const { nodes: all, view } = scene;
  const { text, nodes } = view.filter;
  if (nodes !== null) return all.filter((status) => nodes.has(status.node));
  if (text === '') return all;
  const wanted = text.toLowerCase();
  const grouping = groupingOf(scene);
  return all.filter(({ node, contact }) =>
    [node, contact.state, grouping?.groupOf(node) ?? ''].some((word) => word.toLowerCase().includes(wanted)),
  );
}

/** What is not known comes last, whichever way it is sorted. */
function sorted<Row extends { readonly figures: Figures }>(
  rows: readonly Row[],
  column: ColumnName,
  descending: boolean,
  nameOf: (row: Row) => string,
): readonly Row[] {
  const sign = descending ? -1 : 1;
  if (column === 'node')
    return rows.toSorted((one, other) => sign * naturalOrder(nameOf(one), nameOf(other)));
  return rows.toSorted(({ figures: { [column]: one } }, { figures: { [column]: other } }) => {
    if (one === null || other === null) return Number(one === null) - Number(other === null);
    return sign * (one - other);
  });
}
