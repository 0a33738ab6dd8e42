// Reads the text that Prometheus scrapes (prometheus.io/docs/instrumenting/exposition_formats), strictly and within bounds:
// a line that is not of the format ends it, as nobody can tell what the numbers of a damaged page mean.
import { HeorotError } from '@heorot/inventory';

export interface ExposedSample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

const mostLines = 200_000;
const mostLabels = 64;

/**
 * The samples of the families whose names `wanted` accepts; all lines are checked.
 *
 * @throws HeorotError `exposition-syntax`, with the line
 * @example parseExposition('up 1\n', () => true) // [{name: 'up', labels: Map {}, value: 1}]
 */
export function parseExposition(text: string, wanted: (name: string) => boolean): readonly ExposedSample[] {
  const lines = text.split('\n');
  if (lines.length > mostLines) throw fault(mostLines, 'more lines than any exporter has');
  return lines.flatMap((line, index) => {
    if (line === '' || line.startsWith('#')) return [];
    const sample = parseSample(line, index + 1);
    return wanted(sample.name) ? [sample] : [];
  });
}

const nameAtStart = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;
// A value as Go prints it, then perhaps a time stamp in ms.
const valueAtEnd = /^\s+([+-]?(?:\d+(?:\.\d*)?(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?|Inf)|NaN)(?:\s+-?\d+)?\s*$/i;

function parseSample(line: string, number: number): ExposedSample {
  const name = nameAtStart.exec(line)?.[0];
  if (name === undefined) throw fault(number, 'no name of a metric');
  const { labels, end } =
    line[name.length] === '{' ? parseLabels(line, name.length + 1, number) : none(name.length);
  const value = valueAtEnd.exec(line.slice(end))?.[1];
  if (value === undefined) throw fault(number, `no value after ${name}`);
  return { name, labels, value: numberOf(value) };
}

interface Labels {
  readonly labels: ReadonlyMap<string, string>;
  /** Offset behind the closing brace. */
  readonly end: number;
}

const none = (end: number): Labels => ({ labels: new Map(), end });

const label = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"(,|(?=}))/y;

function parseLabels(line: string, start: number, number: number): Labels {
  const labels = new Map<string, string>();
  let at = start;
  while (line[at] !== '}') {
    label.lastIndex = at;
    const found = label.exec(line);
    const [whole, name, text] = found ?? [];
    if (whole === undefined || name === undefined || text === undefined)
      throw fault(number, 'a label is cut off');
    if (labels.size >= mostLabels) throw fault(number, 'more labels than any metric has');
    labels.set(name, unescape(text));
    at += whole.length;
  }
  return { labels, end: at + 1 };
}

function unescape(text: string): string {
  return text.includes('\\')
    ? text.replace(/\\(.)/g, (_, sign: string) => (sign === 'n' ? '\n' : sign))
    : text;
}

function numberOf(text: string): number {
  if (!/inf/i.test(text)) return Number(text);
  return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

function fault(line: number, what: string): HeorotError {
  return new HeorotError('exposition-syntax', `line ${line} is no text for Prometheus: ${what}`);
}
