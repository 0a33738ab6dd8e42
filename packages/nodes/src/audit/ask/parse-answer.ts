// Reads the answer of audit-script.ts; what its fields mean is known to the checks.
import { auditMarker } from './audit-script.ts';

export interface NodeAnswer {
  readonly isRoot: boolean;
  /** The same for two nodes: they are one machine. */
  readonly bootId: string | undefined;
  /** The node's clock when the script began, seconds since the epoch. */
  readonly clockSeconds: number | undefined;
  /** What could not be seen, in words. */
  readonly unseen: readonly string[];
  /** The fields of every line by its key. */
  readonly rows: ReadonlyMap<string, readonly (readonly string[])[]>;
}

/** @returns undefined when the answer is not whole: the script did not run to its end */
export function parseAnswer(answer: string): NodeAnswer | undefined {
  const lines = answer.split('\n').map((line) => line.replace(/\r$/, ''));
  const start = lines.indexOf(auditMarker);
  const end = lines.lastIndexOf('end');
  if (start < 0 || end < start) return undefined;
  const fields = lines.slice(start + 1, end).map((line) => line.split('\t'));
  const grouped = Map.groupBy(fields, ([key = '']) => key);
  const rows = new Map([...grouped].map(([key, group]) => [key, group.map((each) => each.slice(1))]));
  const first = (key: string) => rows.get(key)?.[0]?.[0];
  return {
    isRoot: first('root') === '0',
    bootId: first('boot') || undefined,
    clockSeconds: readClock(first('clock')),
    unseen: [...new Set((rows.get('unseen') ?? []).map(([text = '']) => text))],
    rows,
  };
}

/** The fields of the lines with a key. */
export function rowsOf(answer: NodeAnswer, key: string): readonly (readonly string[])[] {
  return answer.rows.get(key) ?? [];
}

/** busybox's date knows no %N: then the second is only known to have begun, and its middle is taken. */
function readClock(text: string | undefined): number | undefined {
  const [, seconds, fraction] = /^(\d+)(?:\.(\d+))?/.exec(text ?? '') ?? [];
  if (seconds === undefined) return undefined;
  return Number(seconds) + (fraction === undefined ? 0.5 : Number(`0.${fraction}`));
}
