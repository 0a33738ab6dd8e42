// Plain names, by the million, into index sets by pattern: one pass over the characters of each name.
import { parseHostName } from '../host-name/host-name.ts';
import { firstRank, type Rank, rankOf } from '../range-set/rank.ts';
import { isAddressLike } from './check-names.ts';
import { IndexRows } from './index-rows.ts';
import { type NamePattern, splitName } from './name-pattern.ts';
import { NO_INDEX, type PatternSet } from './pattern-set.ts';

interface Collected {
  readonly pattern: NamePattern;
  readonly rows: IndexRows;
  /** The indices of the name that is being read. */
  readonly row: Rank[];
  /** Each name must be checked. */
  readonly addresses: boolean;
}

/** The longest host name (RFC 1035). */
const LONGEST_NAME = 255;
/** Longer runs of digits are read as bigint where that is needed. */
const SAFE_DIGITS = 15;

/**
 * @param check throws for what must not stand in the set; asked once for each pattern where digits change nothing
 * @throws HeorotError `host-name-invalid`
 */
export function collectNames(
  names: Iterable<string>,
  check: (name: string) => void = parseHostName,
): PatternSet[] {
  const collected = new Map<string, Collected>();
  let recent: Collected | undefined;
  for (const name of names) {
    if (recent && !recent.addresses && name.length <= LONGEST_NAME && readRow(name, recent)) continue;
    const { pattern, indices } = splitName(name);
    recent = collected.get(pattern.key);
    if (!recent || recent.addresses || name.length > LONGEST_NAME) check(name);
    if (!recent) collected.set(pattern.key, (recent = begin(pattern)));
    for (const [i, index] of indices.entries()) recent.rows.columns[i]?.push(rankOf(index));
  }
  return Array.from(collected.values(), ({ pattern, rows }) => ({
    pattern,
    indices: rows.columns.length === 0 ? NO_INDEX : rows.build(),
  }));
}

function begin(pattern: NamePattern): Collected {
  const addresses = isAddressLike([pattern.literals.join('0')]);
  return { pattern, rows: new IndexRows(pattern.literals.length - 1), row: [], addresses };
}

/**
 * Adds the indices of a name of this pattern; false when the name has another pattern. Digits are read in place: several
 * times faster than cutting the name into pieces.
 */
function readRow(name: string, { pattern: { literals }, rows: { columns }, row }: Collected): boolean {
  let at = 0;
  for (let i = 0; i < literals.length; i++) {
    if (i > 0) {
      const start = at;
      let value = 0;
      for (let digit = digitAt(name, at); digit >= 0; digit = digitAt(name, ++at)) value = value * 10 + digit;
      if (at === start) return false;
      const zero = firstRank(at - start);
      row[i - 1] =
        typeof zero === 'number' && at - start <= SAFE_DIGITS ? zero + value : rankOf(name.slice(start, at));
    }
    const literal = literals[i] ?? '';
    if (!name.startsWith(literal, at)) return false;
    at += literal.length;
  }
  if (at !== name.length) return false;
  for (let i = 0; i < columns.length; i++) columns[i]?.push(row[i] ?? 0);
  return true;
}

function digitAt(text: string, at: number): number {
  const digit = text.charCodeAt(at) - 48;
  return digit >= 0 && digit <= 9 ? digit : -1;
}
