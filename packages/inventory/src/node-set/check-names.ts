// Whether all names of an operand are host names, told from a few of them: ranges are not enumerated.
import { HeorotError } from '../error/heorot-error.ts';
import { isHostName, parseHostName } from '../host-name/host-name.ts';
import { quoteVisibly, visibleCharacter } from '../host-name/visible-text.ts';
import type { RangeSet } from '../range-set/range-set.ts';
import { runsOf } from '../range-set/runs.ts';
import type { NamePart } from './pattern-set.ts';
import { NodeSetSyntaxError } from './syntax-error.ts';

/** @throws NodeSetSyntaxError at the character that no name may hold, else at the operand */
export function checkNames(
  text: string,
  operand: { readonly text: string; readonly offset: number },
  parts: readonly NamePart[],
): void {
  for (const name of samples(parts)) {
    if (isHostName(name)) continue;
    const literal = operand.text.replace(/\[[^\]]*\]/g, (ranges) => '0'.repeat(ranges.length));
    const odd = /^-|[^A-Za-z0-9_.:%-]/u.exec(literal);
    const problem = odd
      ? `${visibleCharacter(odd[0])} in a name`
      : `${quoteVisibly(name)} is not a host name`;
    throw new NodeSetSyntaxError(text, operand.offset + (odd?.index ?? 0), problem, hintOf(name));
  }
}

function hintOf(name: string): string | undefined {
  try {
    parseHostName(name);
  } catch (error) {
    if (error instanceof HeorotError) return error.hint;
    throw error;
  }
  return undefined;
}

/**
 * One name, and for each range its names at the ends of each run, the others held: length grows with the index, and so
 * do the numbers that an address limits.
 */
function* samples(parts: readonly NamePart[]): Generator<string> {
  const first = parts.map((part) => (typeof part === 'string' ? part : (part.extremes[0] ?? '')));
  yield first.join('');
  const longest = parts.map((part) => (typeof part === 'string' ? part : (part.extremes[1] ?? '')));
  if (parts.length > 1) yield longest.join('');
  if (!isAddressLike(parts)) return;
  for (const [i, part] of parts.entries()) {
    if (typeof part === 'string') continue;
    for (const end of endsOfRuns(part)) yield first.with(i, end).join('');
  }
}

/** Only in addresses does it matter which digits stand in a name. */
export function isAddressLike(parts: readonly NamePart[]): boolean {
  const literals = parts.map((part) => (typeof part === 'string' ? part : '0')).join('');
  return /^[\d.]+$|:/.test(literals);
}

function* endsOfRuns(ranges: RangeSet): Generator<string> {
  for (const { width, first, last } of runsOf(ranges.bounds)) {
    yield String(first).padStart(width, '0');
    yield String(last).padStart(width, '0');
  }
}
