// What a probe has measured, for people: a matrix where each node was measured against each other, else a line a pair.
import { stripVTControlCharacters } from 'node:util';
import { displayWidth, renderTable, type Theme } from '@heorot/cli';
import { rateText, shortNumber } from '../units/quantity.ts';
import type { Measurement } from './measure-pair.ts';

export interface JudgedMeasurement extends Measurement {
  readonly score: number | null;
  /** Share below the median, from 0. */
  readonly below: number | null;
  readonly outlier: boolean;
}

export interface ProbeTableOptions {
  readonly theme: Theme;
  /** Columns of the terminal; undefined in a pipe. */
  readonly width: number | undefined;
}

const unknown = '?';

export function probeList(
  rows: readonly JudgedMeasurement[],
  { theme, width }: ProbeTableOptions,
): readonly string[] {
  const titles = ['from', 'to', 'bandwidth', 'latency', 'below median', 'robust z', 'by', ''];
  const cells = rows.map((row) => [
    row.from,
    row.to,
    rateText(row.bytesPerSecond, 'bits', unknown),
    row.latencyMs === null ? unknown : `${row.latencyMs.toFixed(3)} ms`,
    row.below === null ? '' : `${(row.below * 100).toFixed(1)} %`,
    row.score === null ? '' : row.score.toFixed(1),
    row.tool ?? '',
    row.problem ?? (row.outlier ? theme.bad('far below its peers') : ''),
  ]);
  const columns = titles.map((title, at) => ({ title, align: at > 1 && at < 6 ? 'right' : 'left' }) as const);
  return renderTable(columns, cells, { title: theme.dim, width });
}

/**
 * A row a sender, a column a receiver: bit/s, then latencies; below them what is to be looked at. Undefined where it is wider than the
 * terminal.
 */
export function probeMatrix(
  rows: readonly JudgedMeasurement[],
  { theme, width }: ProbeTableOptions,
): readonly string[] | undefined {
  const odd = rows.filter(({ outlier, problem }) => outlier || problem !== null);
  const lines = [
    ...matrixOf(rows, 'bit/s', theme, ({ bytesPerSecond, outlier }) => {
      const text = shortNumber(bytesPerSecond === null ? null : bytesPerSecond * 8, unknown);
      return outlier ? `!${text}` : text;
    }),
    '',
    ...matrixOf(rows, 'ms', theme, ({ latencyMs }) => latencyMs?.toFixed(3) ?? unknown),
  ];
  const fits = (line: string) => width === undefined || displayWidth(stripVTControlCharacters(line)) <= width;
  if (!lines.every(fits)) return undefined;
  return [...lines, ...(odd.length === 0 ? [] : ['', ...probeList(odd, { theme, width })])];
}

function matrixOf(
  rows: readonly JudgedMeasurement[],
  unit: string,
  theme: Theme,
  show: (row: JudgedMeasurement) => string,
): readonly string[] {
  const nodes = [...new Set(rows.map(({ from }) => from))];
  const measured = new Map(rows.map((row) => [`${row.from} ${row.to}`, row]));
  const columns = [
    { title: `${unit} from, to` },
    ...nodes.map((title) => ({ title, align: 'right' }) as const),
  ];
  const cells = nodes.map((from) => [
    from,
    ...nodes.map((to) => {
      const row = measured.get(`${from} ${to}`);
      return row === undefined ? '' : show(row);
    }),
  ]);
  return renderTable(columns, cells, { title: theme.dim, width: undefined });
}
