// The names of a set one by one, in order, made as they are asked for.

import { RangeSet } from '../range-set/range-set.ts';
import { add, type Rank } from '../range-set/rank.ts';
import { runsOf } from '../range-set/runs.ts';
import type { IndexSet } from './index-tree.ts';
import type { PatternSet } from './pattern-set.ts';

export function* namesOf(sets: readonly PatternSet[]): Generator<string> {
  for (const { pattern, indices } of sets) {
    const [prefix = '', ...literals] = pattern.literals;
    if (literals.length === 0) yield prefix;
    else yield* fill(prefix, indices, literals);
  }
}

function* fill(begun: string, indices: IndexSet, literals: readonly string[]): Generator<string> {
  const [literal = '', ...others] = literals;
  if (indices instanceof RangeSet) {
    for (const { width, first, last } of runsOf(indices.bounds)) {
      for (let value: Rank = first; value <= last; value = add(value, 1)) {
        yield `${begun}${String(value).padStart(width, '0')}${literal}`;
      }
    }
    return;
  }
  for (const [i, rest] of indices.rests.entries()) {
    for (const { width, first, last } of runsOf(indices.bounds.slice(2 * i, 2 * i + 2))) {
      for (let value: Rank = first; value <= last; value = add(value, 1)) {
        yield* fill(`${begun}${String(value).padStart(width, '0')}${literal}`, rest, others);
      }
    }
  }
}
