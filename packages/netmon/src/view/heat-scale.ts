// What the heat map shows, and what its hottest cell stands for.
import { type Column, type ColumnName, columnOf } from './column.ts';
import { roundTop } from './scale.ts';
import type { Scene } from './scene.ts';
import type { NodeRow } from './table-rows.ts';

/** The figure that the table is sorted by; a name is no figure. */
export function heatColumn({ view }: Scene): Column {
  return columnOf(view.sort.column === 'node' ? 'received' : view.sort.column);
}

/** The same from frame to frame while the largest stays in its decade: round, or all there can be of a share. */
export function heatTop(name: ColumnName, rows: readonly NodeRow[]): number {
  if (name === 'node' || name === 'utilisation' || name === 'cpu' || name === 'memory') return 1;
  // Ten per cent of retransmissions are a broken link.
  if (name === 'retransmits') return 0.1;
  let top = 0;
  for (const { figures } of rows) top = Math.max(top, figures[name] ?? 0);
  // Rates are shown in bits, and those are to be round.
  return name === 'received' || name === 'sent' ? roundTop(Math.max(top * 8, 1e5)) / 8 : roundTop(top);
}
