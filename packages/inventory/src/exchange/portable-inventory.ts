// What all the formats have in common: nodes with a few settings and labels, and groups. Each format reads to it and prints from it.
import { HeorotError } from '../error/heorot-error.ts';

export interface PortableNode {
  readonly name: string;
  /** Absent: the name itself. */
  readonly address?: string;
  readonly user?: string;
  readonly port?: number;
  readonly labels: Readonly<Record<string, string>>;
}

export interface PortableInventory {
  readonly nodes: readonly PortableNode[];
  /** Group name to node-set expressions, to be united; `@group` means another group of the same inventory. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
}

/** A file to read, or one that was written. */
export interface NamedText {
  readonly path: string;
  readonly text: string;
}

/** An error about a line of an imported file. */
export function formatError(path: string, line: number, what: string, hint?: string): HeorotError {
  return new HeorotError('format-invalid', `${path}:${line}: ${what}`, hint === undefined ? {} : { hint });
}

/** Lines with their numbers, without blank ones; what follows `#` is cut off. */
export function* meaningfulLines(
  text: string,
): Generator<{ readonly line: string; readonly number: number }> {
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.replace(/(^|\s)#.*/, '').trim();
    if (line !== '') yield { line, number: index + 1 };
  }
}

/** Adds to a list in a map of lists. */
export function addTo<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
