// One operand of an expression: names with ranges, wildcards, groups.
import { isHostName } from '../host-name/host-name.ts';
import { quoteVisibly, visibleCharacter } from '../host-name/visible-text.ts';
import { LARGEST_ENUMERATED_RANGE, parseRanges } from '../range-set/parse-ranges.ts';
import { RangeSet } from '../range-set/range-set.ts';
import { checkNames } from './check-names.ts';
import type { Operand } from './expression.ts';
import type { NamePart } from './pattern-set.ts';
import { NodeSetSyntaxError } from './syntax-error.ts';

/** @param operand without blanks around it; it begins at `offset` of `text` */
export function parseOperand(text: string, operand: string, offset: number): Operand {
  const base = { text: operand, offset };
  if (isHostName(operand)) return { kind: 'names', ...base, parts: [operand] };
  if (operand.startsWith('@')) return parseGroup(text, operand, offset);
  const parts = parseParts(text, operand, offset);
  if (parts.some((part) => typeof part === 'string' && /[*?]/.test(part))) {
    checkCharacters(
      text,
      operand,
      offset,
      /[^A-Za-z0-9_.:%*?-]/u,
      'a wildcard is made of name characters, * and ?',
    );
    return { kind: 'wildcard', ...base, parts };
  }
  checkNames(text, base, parts);
  return { kind: 'names', ...base, parts };
}

function parseGroup(text: string, operand: string, offset: number): Operand {
  const base = { text: operand, offset };
  if (operand.startsWith('@@')) {
    return { kind: 'group-names', ...base, source: sourceName(text, operand.slice(2), offset + 2) };
  }
  const colon = operand.replace(/\[.*/s, '').indexOf(':');
  const begin = colon < 0 ? 1 : colon + 1;
  const source = colon < 0 ? undefined : sourceName(text, operand.slice(1, colon), offset + 1);
  const name = operand.slice(begin);
  if (colon === 1) throw new NodeSetSyntaxError(text, offset + 1, "missing source name before ':'");
  if (name === '')
    throw new NodeSetSyntaxError(
      text,
      offset + begin,
      'missing group name',
      'write @GROUP or @SOURCE:GROUP; @* is every node',
    );
  if (name === '*') return { kind: 'all', ...base, source };
  return { kind: 'group', ...base, source, parts: groupParts(text, name, offset + begin) };
}

/**
 * The name of a group as a source tells it; ranges in it stand for several groups.
 * @throws NodeSetSyntaxError
 */
export function parseGroupName(name: string): NamePart[] {
  return groupParts(name, name, 0);
}

function groupParts(text: string, name: string, offset: number): NamePart[] {
  checkCharacters(text, name, offset, /[*?]/, 'a group is named in full; @* is every node');
  checkCharacters(
    text,
    name,
    offset,
    /^-|[^A-Za-z0-9_.:=+~%/-]/u,
    'a group name holds letters, digits and _ . : = + ~ % / - only',
  );
  return parseParts(text, name, offset);
}

function sourceName(text: string, source: string, offset: number): string | undefined {
  checkCharacters(
    text,
    source,
    offset,
    /^-|[^A-Za-z0-9_.-]/u,
    'a source name holds letters, digits and _ . - only',
  );
  return source === '' ? undefined : source;
}

/** Splits at brackets, and reads what they hold. */
function parseParts(text: string, name: string, offset: number): NamePart[] {
  const parts: NamePart[] = [];
  let at = 0;
  while (at < name.length) {
    const open = indexOrEnd(name, '[', at);
    const literal = name.slice(at, open);
    checkLiteral(text, literal, offset + at, parts.length > 0 && open < name.length);
    checkSuffix(text, literal, offset + at, parts.at(-1));
    if (literal !== '') parts.push(literal);
    if (open === name.length) break;
    const close = name.indexOf(']', open);
    parts.push(rangesBetween(text, offset + open + 1, offset + close));
    at = close + 1;
  }
  return parts;
}

function checkLiteral(text: string, literal: string, offset: number, betweenRanges: boolean): void {
  const closing = literal.indexOf(']');
  if (closing >= 0) throw new NodeSetSyntaxError(text, offset + closing, "']' without '['");
  if (betweenRanges && /^\d*$/.test(literal)) {
    throw new NodeSetSyntaxError(
      text,
      offset + literal.length,
      "'[' too close to the ']' before it",
      'a character that is not a digit must stand between two ranges',
    );
  }
}

/** `[1-3]0` is 10, 20 and 30: members, no longer ranges. */
function checkSuffix(text: string, literal: string, offset: number, before: NamePart | undefined): void {
  if (!(before instanceof RangeSet) || before.size <= LARGEST_ENUMERATED_RANGE || !/^\d/.test(literal))
    return;
  const hint = `with digits behind it a range may have ${LARGEST_ENUMERATED_RANGE} members at most`;
  throw new NodeSetSyntaxError(text, offset, 'range too large', hint);
}

function rangesBetween(text: string, start: number, end: number): RangeSet {
  const ranges = text.slice(start, end);
  const nested = ranges.indexOf('[');
  if (nested >= 0) throw new NodeSetSyntaxError(text, start + nested, "'[' inside brackets");
  return new RangeSet(
    parseRanges(ranges, (offset, problem, hint) => {
      throw new NodeSetSyntaxError(text, start + offset, problem, hint);
    }),
  );
}

/** Refuses characters of literal text; what stands in brackets is left to the ranges. */
function checkCharacters(text: string, name: string, offset: number, refused: RegExp, hint: string): void {
  const literal = name.replace(/\[[^\]]*\]/g, (ranges) => '0'.repeat(ranges.length));
  const odd = refused.exec(literal);
  if (!odd || /^[[\]]/.test(odd[0])) return;
  throw new NodeSetSyntaxError(
    text,
    offset + odd.index,
    `${visibleCharacter(odd[0])} in ${quoteVisibly(name)}`,
    hint,
  );
}

function indexOrEnd(text: string, character: string, from: number): number {
  const index = text.indexOf(character, from);
  return index < 0 ? text.length : index;
}
