// A measurement over time as text: one column a run, squeezed where there are more runs than columns.
export interface PlotPoint {
  readonly at: number;
  readonly value: number;
}

const leastWidth = 20;

/**
 * @param format of a value at the left edge
 * @example plotLines(points, { width: 80, height: 8, format: (value) => `${value}` })
 */
export function plotLines(
  points: readonly PlotPoint[],
  { width, height, format }: { width: number; height: number; format: (value: number) => string },
): readonly string[] {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return [];
  const values = points.map(({ value }) => value);
  const [low, high] = bounds(values);
  const names = Array.from({ length: height }, (_, row) =>
    format(high - ((high - low) * row) / (height - 1)),
  );
  const margin = Math.max(...names.map((name) => name.length));
  const columns = Math.max(leastWidth, width - margin - 2);
  const grid = Array.from({ length: height }, () => Array.from({ length: columns }, () => ' '));
  for (const [at, value] of values.entries()) {
    const column =
      points.length <= columns
        ? at * Math.max(1, Math.floor(columns / points.length))
        : Math.floor((at / points.length) * columns);
    const row = Math.round(((high - value) / (high - low)) * (height - 1));
    const line = grid[row];
    if (line !== undefined) line[column] = '•';
  }
  // A label that says nothing new is left out.
  const labels = names.map((name, row) => (name === names[row - 1] ? '' : name).padStart(margin));
  const dates = [dayOf(first.at), dayOf(last.at)];
  return [
    ...grid.map((cells, row) => `${labels[row] ?? ''} ┤${cells.join('')}`.trimEnd()),
    `${' '.repeat(margin)} └ ${points.length === 1 ? dates[0] : `${dates.join(' to ')}, ${points.length} runs`}`,
  ];
}

/** A flat line is drawn in the middle, with its own value readable. */
function bounds(values: readonly number[]): readonly [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const air = high === low ? Math.abs(high) * 0.02 || 1 : 0;
  return [low - air, high + air];
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
