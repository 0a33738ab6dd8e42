// Which columns fit, and where they stand.
import { displayWidth } from '@heorot/cli';
import { type Column, columns } from './column.ts';
import { SparklineRoom, sparklineMs } from './draw-sparkline.ts';
import type { Scene } from './scene.ts';
import type { TableRow } from './table-rows.ts';

export interface PlacedColumn {
  readonly column: Column;
  readonly start: number;
  readonly end: number;
}

export interface TableLayout {
  readonly columns: readonly PlacedColumn[];
  /** Names stand from column 2 on; before them is the mark of the state. */
  readonly nameEnd: number;
  /** Undefined where there is no room for it. */
  readonly sparkline:
    | { readonly start: number; readonly width: number; readonly room: SparklineRoom }
    | undefined;
}

export const nameStart = 2;
const shortestName = 6;
const longestName = 28;
/** So that a cell of the sparkline is a whole number of seconds. */
const sparklineWidths = [60, 30, 20, 15, 12, 10] as const;

export function tableLayout(
  { view, intervalMs }: Scene,
  rows: readonly TableRow[],
  width: number,
): TableLayout {
  const nameEnd = Math.min(width, nameStart + nameWidth(rows));
  let free = width - nameEnd;
  const kept = new Set<Column>();
  for (const column of byPriority(view.sort.column)) {
    if (column.width + 1 > free) break;
    kept.add(column);
    free -= column.width + 1;
  }
  let start = nameEnd;
  const placed = columns
    .filter((column) => kept.has(column))
    .map((column): PlacedColumn => {
      const from = start + 1;
      start = from + column.width;
      return { column, start: from, end: start };
    });
  const most = Math.max(10, Math.ceil(sparklineMs / intervalMs));
  const sparkline = sparklineWidths.find((cells) => cells <= most && cells + 2 <= width - start);
  return {
    columns: placed,
    nameEnd,
    sparkline:
      sparkline === undefined
        ? undefined
        : { start: start + 2, width: sparkline, room: new SparklineRoom(sparkline, intervalMs) },
  };
}

/** What is sorted by stays as long as anything does. */
function byPriority(sortedBy: Column['name']): readonly Column[] {
  const rank = (column: Column) => (column.name === sortedBy ? 0 : column.priority);
  return columns.filter(({ name }) => name !== 'node').toSorted((one, other) => rank(one) - rank(other));
}

function nameWidth(rows: readonly TableRow[]): number {
  let widest = shortestName;
  for (const row of rows) {
    const name = row.kind === 'node' ? row.status.node : row.name;
    // Most names are ASCII, and their width is their length.
    if (name.length * 2 > widest) widest = Math.max(widest, displayWidth(name));
    if (widest >= longestName) return longestName;
  }
  return widest;
}
