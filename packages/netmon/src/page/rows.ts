// Of a frame to the rows that are shown: filtered, sorted, in groups with subtotals. Pure.
import { type Frame, figureNames, type WireNode } from '../serve/wire.ts';
import { type Figures, totalFigures, unknownFigures } from '../view/total-figures.ts';
import type { ColumnName } from './columns.ts';

export interface NodeRow {
  readonly kind: 'node';
  readonly node: string;
  readonly state: WireNode[1];
  readonly sinceMs: number;
  readonly detail: string | null;
  readonly group: string | undefined;
  readonly figures: Figures;
}

export interface GroupRow {
  readonly kind: 'group';
  readonly group: string;
  readonly nodes: number;
  readonly down: number;
  readonly figures: Figures;
}

export type Row = NodeRow | GroupRow;

export interface Sort {
  readonly column: ColumnName;
  readonly descending: boolean;
}

export interface RowOptions {
  readonly filter: string;
  readonly sort: Sort;
  /** Group by node; undefined: no groups. */
  readonly groups: Readonly<Record<string, string>> | undefined;
  readonly folded: ReadonlySet<string>;
}

export const ungrouped = '(no group)';

export function nodeRows(frame: Frame, groups: RowOptions['groups']): readonly NodeRow[] {
  return frame.nodes.map(([node, state, sinceMs, detail, ...values]) => {
    const figures: { -readonly [Name in keyof Figures]: number | null } = { ...unknownFigures };
    for (const [at, name] of figureNames.entries()) figures[name] = values[at] ?? null;
    const group = groups !== undefined && Object.hasOwn(groups, node) ? groups[node] : undefined;
    return { kind: 'node', node, state, sinceMs, detail, group, figures };
  });
}

/** Nodes whose name, group or state holds every word. */
export function filterRows(rows: readonly NodeRow[], filter: string): readonly NodeRow[] {
  const words = filter
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((word) => word !== '');
  if (words.length === 0) return rows;
  return rows.filter(({ node, group, state }) => {
    const told = `${node} ${group ?? ''} ${state}`.toLowerCase();
    return words.every((word) => told.includes(word));
  });
}

/** By a figure, the unknown at the end whichever way; equal ones in the order of the node set. */
function sortRows<Each extends Row>(rows: readonly Each[], { column, descending }: Sort): readonly Each[] {
  if (column === 'node') return descending ? rows.toReversed() : rows;
  return rows.toSorted((one, other) => {
    const [first, second] = [one.figures[column], other.figures[column]];
    if (first === null || second === null) return Number(first === null) - Number(second === null);
    return descending ? second - first : first - second;
  });
}

export function rowsOf(frame: Frame, { filter, sort, groups, folded }: RowOptions): readonly Row[] {
  const shown = sortRows(filterRows(nodeRows(frame, groups), filter), sort);
  if (groups === undefined) return shown;
  const members = Map.groupBy(shown, ({ group }) => group ?? ungrouped);
  const headings = [...members].map(
    ([group, rows]): GroupRow => ({
      kind: 'group',
      group,
      nodes: rows.length,
      down: rows.filter(({ state }) => state === 'down').length,
      figures: totalFigures(rows.map(({ figures }) => figures)),
    }),
  );
  const byName = headings.toSorted((one, other) =>
    one.group.localeCompare(other.group, 'en', { numeric: true }),
  );
  return sortRows(byName, sort).flatMap((heading) =>
    folded.has(heading.group) ? [heading] : [heading, ...(members.get(heading.group) ?? [])],
  );
}
