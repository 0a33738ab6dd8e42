// How hot a cell of the heat map is, and what the hottest stands for.
import type { FigureColumn } from './columns.ts';
import type { NodeRow } from './rows.ts';

type Named = Pick<FigureColumn, 'name'>;

const levels = 10;

/** All there can be of a share; of anything else the largest, rounded up to 1, 2 or 5 so that colours do not dance. */
export function hottest({ name }: Named, rows: readonly NodeRow[]): number {
  if (name === 'utilisation' || name === 'cpu' || name === 'memory') return 1;
  if (name === 'retransmits') return 0.1;
  const factor = name === 'received' || name === 'sent' ? 8 : 1;
  const most = Math.max(1, ...rows.map(({ figures }) => (figures[name] ?? 0) * factor));
  const decade = 10 ** Math.floor(Math.log10(most));
  const step = [1, 2, 5, 10].find((each) => each * decade >= most) ?? 10;
  return (step * decade) / factor;
}

export function heatLevel(row: NodeRow, { name }: Named, top: number): number | undefined {
  const value = row.figures[name];
  if (value === null) return undefined;
  // What flows a little is not nothing.
  return value <= 0 ? 0 : Math.min(levels, Math.max(1, Math.ceil((value / top) * levels)));
}
