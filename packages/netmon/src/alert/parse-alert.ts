// Reads an alert: METRIC (> | >= | < | <=) VALUE[UNIT] [for DURATION], or down [for DURATION].
import { didYouMean, HeorotError } from '@heorot/inventory';
import { type Alert, type Comparison, type Dimension, isMetricName, metrics } from './alert.ts';

/** Code `usage-alert`; the message reads `alert 'rx > 9Gb': … at offset 5`. */
export class AlertSyntaxError extends HeorotError {
  readonly text: string;
  /** Where in {@link text} the fault is, in UTF-16 units from 0. */
  readonly offset: number;

  constructor(text: string, offset: number, problem: string, hint?: string) {
    super(
      'usage-alert',
      `alert ${JSON.stringify(text)}: ${problem} at offset ${offset}`,
      hint === undefined ? {} : { hint },
    );
    this.text = text;
    this.offset = offset;
  }
}

/** Link speeds are told in SI bits; a bare `Gb` is refused, as nobody knows whether it means bits or bytes. */
const units: Readonly<Record<Dimension, Readonly<Record<string, number>>>> = {
  traffic: {
    'bit/s': 0.125,
    'kbit/s': 125,
    'Mbit/s': 125e3,
    'Gbit/s': 125e6,
    'Tbit/s': 125e9,
    'B/s': 1,
    'kB/s': 1e3,
    'MB/s': 1e6,
    'GB/s': 1e9,
    'KiB/s': 2 ** 10,
    'MiB/s': 2 ** 20,
    'GiB/s': 2 ** 30,
  },
  count: { '/s': 1, 'k/s': 1e3, 'M/s': 1e6 },
  share: { '%': 0.01 },
  number: { '': 1 },
};

const durations: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

interface Token {
  readonly text: string;
  readonly offset: number;
}

/**
 * @throws AlertSyntaxError
 * @example parseAlert('rx > 9Gbit/s for 5s').kind // 'threshold'
 */
export function parseAlert(text: string): Alert {
  const tokens = tokensOf(text);
  const [name, ...rest] = tokens;
  if (name === undefined) throw new AlertSyntaxError(text, 0, 'nothing to watch', known());
  if (name.text === 'down') return { kind: 'down', forMs: durationOf(text, rest), text };
  if (!isMetricName(name.text)) {
    const near = didYouMean(name.text, [...Object.keys(metrics), 'down']);
    throw new AlertSyntaxError(text, name.offset, `no figure '${name.text}'`, near ?? known());
  }
  const [comparison, value, ...end] = rest;
  if (comparison === undefined || !isComparison(comparison.text)) {
    const offset = comparison?.offset ?? text.length;
    throw new AlertSyntaxError(text, offset, 'expected >, >=, < or <=');
  }
  if (value === undefined) throw new AlertSyntaxError(text, text.length, 'expected a value');
  const { unit, tail } = takeUnit(value, end);
  const limit = limitOf(text, value, unit, metrics[name.text].dimension);
  return {
    kind: 'threshold',
    metric: name.text,
    comparison: comparison.text,
    limit,
    forMs: durationOf(text, tail),
    text,
  };
}

/** Names, comparisons and values, which need no blanks between them. */
function tokensOf(text: string): readonly Token[] {
  return [...text.matchAll(/>=|<=|[<>]|[^\s<>]+/g)].map((match) => ({ text: match[0], offset: match.index }));
}

/** `9 Gbit/s` is `9Gbit/s`. */
function takeUnit(value: Token, end: readonly Token[]): { unit: Token; tail: readonly Token[] } {
  const number = /^[\d.]*/.exec(value.text)?.[0] ?? '';
  const glued = { text: value.text.slice(number.length), offset: value.offset + number.length };
  const [next, ...tail] = end;
  return glued.text === '' && next !== undefined && next.text !== 'for'
    ? { unit: next, tail }
    : { unit: glued, tail: end };
}

function limitOf(text: string, value: Token, unit: Token, dimension: Dimension): number {
  const number = /^(?:\d+(?:\.\d*)?|\.\d+)/.exec(value.text)?.[0];
  if (number === undefined) throw new AlertSyntaxError(text, value.offset, 'expected a number');
  const table = units[dimension];
  const scale = Object.hasOwn(table, unit.text) ? table[unit.text] : undefined;
  if (scale === undefined) {
    const allowed = Object.keys(table)
      .map((each) => (each === '' ? 'no unit' : each))
      .join(', ');
    const problem = unit.text === '' ? 'expected a unit' : `unknown unit '${unit.text}'`;
    throw new AlertSyntaxError(text, unit.offset, problem, `write one of: ${allowed}`);
  }
  return Number(number) * scale;
}

function durationOf(text: string, tokens: readonly Token[]): number {
  const [word, duration, extra] = tokens;
  if (word === undefined) return 0;
  if (word.text !== 'for') {
    throw new AlertSyntaxError(text, word.offset, `expected 'for' or the end, not '${word.text}'`);
  }
  if (duration === undefined) throw new AlertSyntaxError(text, text.length, 'expected a duration');
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(duration.text);
  const scale = durations[match?.[2] ?? ''];
  if (match === null || scale === undefined) {
    throw new AlertSyntaxError(
      text,
      duration.offset,
      `'${duration.text}' is no duration`,
      'write 5s, 500ms or 2m',
    );
  }
  if (extra !== undefined) throw new AlertSyntaxError(text, extra.offset, `'${extra.text}' is too much`);
  return Number(match[1]) * scale;
}

function isComparison(text: string): text is Comparison {
  return text === '>' || text === '>=' || text === '<' || text === '<=';
}

function known(): string {
  return `write one of: ${Object.keys(metrics).join(', ')}, down`;
}
