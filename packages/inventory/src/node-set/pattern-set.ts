// The names of one pattern: the pattern and the set of the index vectors that fill it.
import { RangeSet } from '../range-set/range-set.ts';
import { type IndexSet, product } from './index-tree.ts';
import { type NamePattern, patternOf } from './name-pattern.ts';

export interface PatternSet {
  readonly pattern: NamePattern;
  /** For a name without an index, the only one of its pattern: {@link NO_INDEX}. */
  readonly indices: IndexSet;
}

/** The index set, of one member that is not written, of a name that has no index. */
export const NO_INDEX = new RangeSet([0, 1]);

/** A name as written: literal text, and ranges that stood in brackets. */
export type NamePart = string | RangeSet;

/**
 * Digits outside brackets are indices too, and digits beside a bracket belong to its indices: `n1[1-2]` is `n[11-12]`.
 * No two ranges may follow each other without a character that is not a digit.
 */
export function patternSetOf(parts: readonly NamePart[]): PatternSet {
  const literals: string[] = [''];
  const box: RangeSet[] = [];
  for (const piece of parts.flatMap(piecesOf)) {
    if (typeof piece === 'string' && !/^[0-9]/.test(piece)) {
      literals.push(`${literals.pop() ?? ''}${piece}`);
      continue;
    }
    const before = literals.length > 1 && literals.at(-1) === '' ? box.pop() : undefined;
    box.push(before ? joinIndices(before, piece) : indicesOf(piece));
    if (!before) literals.push('');
  }
  return { pattern: patternOf(literals), indices: box.length === 0 ? NO_INDEX : product(box) };
}

function piecesOf(part: NamePart): readonly NamePart[] {
  return typeof part === 'string' ? (part.match(/[0-9]+|[^0-9]+/g) ?? []) : [part];
}

function indicesOf(piece: NamePart): RangeSet {
  return typeof piece === 'string' ? RangeSet.from([piece]) : piece;
}

function joinIndices(before: RangeSet, piece: NamePart): RangeSet {
  if (typeof piece === 'string') return before.withSuffix(piece);
  return piece.withPrefix(before.toString());
}
