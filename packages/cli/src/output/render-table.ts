// Aligned columns for people; programs take --json.
import { displayWidth, pad, truncate } from '../terminal/display-width.ts';

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

/** Undefined width = nothing is cut (the output is not a terminal). */
export interface TableLayout {
  readonly width?: number | undefined;
  /** Style of the titles. */
  readonly title?: (text: string) => string;
}

const gap = '  ';
const least = 6;

/**
 * One line per row, titles first, no trailing blanks. Where the width does not suffice the widest columns are cut.
 * Cells may be styled; they must not hold newlines.
 */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  { width, title = (text) => text }: TableLayout = {},
): readonly string[] {
  const natural = columns.map((column, at) =>
    Math.max(displayWidth(column.title), ...rows.map((row) => displayWidth(row[at] ?? ''))),
  );
  const widths = width === undefined ? natural : fit(natural, width - gap.length * (columns.length - 1));
  const line = (cells: readonly string[]) =>
    columns
      .map(({ align }, at) => {
        const columnWidth = widths[at] ?? 0;
        return pad(truncate(cells[at] ?? '', columnWidth), columnWidth, align === 'right' ? 'left' : 'right');
      })
      .join(gap)
      .trimEnd();
  return [title(line(columns.map((column) => column.title))), ...rows.map(line)];
}

/** Takes one column at a time from the widest, never below a width at which something can still be read. */
function fit(natural: readonly number[], available: number): readonly number[] {
  const widths = [...natural];
  for (let excess = widths.reduce((sum, each) => sum + each, 0) - available; excess > 0; excess--) {
    const widest = Math.max(...widths);
    if (widest <= least) break;
    widths[widths.indexOf(widest)] = widest - 1;
  }
  return widths;
}
