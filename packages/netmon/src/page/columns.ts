// The columns of the table: what each is called, how it is written, and what is worth noticing. The first are the last to go
// on a narrow screen.
import { ageText, percent, shortNumber, shortRate, type Units } from '../units/quantity.ts';
import type { Figures } from '../view/total-figures.ts';

export type ColumnName = 'node' | keyof Figures;
export type Notice = '' | 'warning' | 'bad';

export interface FigureColumn {
  readonly name: keyof Figures;
  readonly title: (units: Units) => string;
  /** For who hears it, or points at it. */
  readonly summary: string;
  readonly text: (value: number | null, units: Units) => string;
  readonly notice: (value: number) => Notice;
  /** 1 stays on a phone, 2 on a small window, 3 needs a wide one. */
  readonly priority: 1 | 2 | 3;
}

const nothing = (): Notice => '';
const anyIsBad = (value: number): Notice => (value > 0 ? 'bad' : '');
const anyIsWarning = (value: number): Notice => (value > 0 ? 'warning' : '');
/** As in the terminal and the ranking of sick links. */
const share = (value: number): Notice => (value > 0.9 ? 'bad' : value > 0.7 ? 'warning' : '');
const retransmits = (value: number): Notice => (value > 0.01 ? 'bad' : value > 0.002 ? 'warning' : '');

const perSecond = (units: Units) => (units === 'bits' ? 'bit/s' : 'B/s');

export const columns: readonly FigureColumn[] = [
  rate('received', 'rx', 'received on the wire'),
  rate('sent', 'tx', 'sent on the wire'),
  figure('utilisation', '% link', 'share of the link speed, of the busiest link', percent, 1, share),
  figure('retransmits', '% retr', 'TCP segments sent again', percent, 2, retransmits),
  figure('errors', 'err/s', 'errors both ways', shortNumber, 2, anyIsBad),
  figure('drops', 'drop/s', 'packets dropped both ways', shortNumber, 2, anyIsWarning),
  figure('packets', 'pkt/s', 'packets both ways', shortNumber, 3, nothing),
  figure('load', 'load', 'load average of a minute', shortNumber, 3, nothing),
  figure('cpu', '% cpu', 'busy processors', percent, 3, share),
  figure('memory', '% mem', 'memory in use', percent, 3, share),
  figure('age', 'age', 'of the last sample', ageText, 2, nothing),
];

export function columnOf(name: ColumnName): FigureColumn | undefined {
  return columns.find((column) => column.name === name);
}

function rate(name: 'received' | 'sent', short: string, summary: string): FigureColumn {
  const title = (units: Units) => `${short} ${perSecond(units)}`;
  return { name, title, summary, text: shortRate, notice: nothing, priority: 1 };
}

function figure(
  name: keyof Figures,
  title: string,
  summary: string,
  text: (value: number | null) => string,
  priority: FigureColumn['priority'],
  notice: FigureColumn['notice'],
): FigureColumn {
  return { name, title: () => title, summary, text, notice, priority };
}
