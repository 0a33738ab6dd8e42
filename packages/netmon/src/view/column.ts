// The columns of the table: what each shows, how wide it is, which key sorts by it, and in which order they go when the
// terminal is too narrow. The heat map shows one of them as well.
import { attribute, ink } from '../screen/style.ts';
import { ageText, percent, shortNumber, shortRate, type Units } from '../units/quantity.ts';
import type { Figures } from './total-figures.ts';

export type ColumnName = 'node' | keyof Figures;

export interface Column {
  readonly name: ColumnName;
  /** The key that sorts by it. */
  readonly letter: string;
  /** For help: what it is. */
  readonly summary: string;
  readonly title: (units: Units) => string;
  readonly width: number;
  /** The smallest is the last to go. */
  readonly priority: number;
  readonly show: (figures: Figures, units: Units) => string;
  /** What it is worth noticing at, as a style. */
  readonly style: (figures: Figures) => number;
}

/** Shares above which a figure is coloured. */
const busy = 0.7;
const full = 0.9;
/** Retransmissions: 0.2 % are a sign, 1 % is bad (see sick-links). */
const someRetransmits = 0.002;
const manyRetransmits = 0.01;

export const columns: readonly Column[] = [
  {
    name: 'node',
    letter: 'n',
    summary: 'its name',
    title: () => 'node',
    width: 0,
    priority: 0,
    show: () => '',
    style: () => ink.node,
  },
  rate('received', 'r', 'rx', 'on the wire', 1),
  rate('sent', 't', 'tx', 'sent', 2),
  figure('packets', 'k', 'pkt/s', 'packets both ways', 6, 7, shortNumber),
  figure('errors', 'e', 'err/s', 'errors', 6, 5, shortNumber, (value) =>
    value > 0 ? ink.bad | attribute.bold : 0,
  ),
  figure('drops', 'd', 'drop/s', 'dropped packets', 6, 8, shortNumber, (value) =>
    value > 0 ? ink.warning : 0,
  ),
  figure('utilisation', 'u', '% link', 'of the busiest link', 6, 3, percent, share),
  figure('retransmits', 'x', '% retr', 'TCP segments resent', 6, 6, percent, (value) =>
    value > manyRetransmits ? ink.bad | attribute.bold : value > someRetransmits ? ink.warning : 0,
  ),
  figure('load', 'l', 'load', 'average of a minute', 5, 9, shortNumber),
  figure('cpu', 'c', '% cpu', 'busy processors', 5, 10, percent, share),
  figure('memory', 'm', '% mem', 'memory in use', 5, 11, percent, share),
  figure('age', 'a', 'age', 'of the last sample', 5, 4, ageText),
];

export function columnOf(name: ColumnName): Column {
  const found = columns.find((column) => column.name === name) ?? columns[0];
  if (found === undefined) throw new RangeError(`no column ${name}`);
  return found;
}

function rate(
  name: 'received' | 'sent',
  letter: string,
  title: string,
  summary: string,
  priority: number,
): Column {
  return {
    name,
    letter,
    summary,
    title: (units) => `${title} ${units === 'bits' ? 'bit/s' : 'B/s'}`,
    width: 8,
    priority,
    show: (figures, units) => shortRate(figures[name], units),
    style: () => 0,
  };
}

function figure(
  name: keyof Figures,
  letter: string,
  title: string,
  summary: string,
  width: number,
  priority: number,
  show: (value: number | null) => string,
  style: (value: number) => number = () => 0,
): Column {
  return {
    name,
    letter,
    summary,
    title: () => title,
    width,
    priority,
    show: (figures) => show(figures[name]),
    style: (figures) => style(figures[name] ?? 0),
  };
}

function share(value: number): number {
  if (value > full) return ink.bad | attribute.bold;
  return value > busy ? ink.warning : 0;
}
