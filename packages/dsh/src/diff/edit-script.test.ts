import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Edit, editScript } from './edit-script.ts';

const sequence = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 40 });

function apply(a: readonly number[], b: readonly number[], edits: readonly Edit[]): number[] {
  const out: number[] = [];
  let at = 0;
  for (const edit of edits) {
    out.push(...a.slice(at, edit.from), ...b.slice(edit.otherFrom, edit.otherTo));
    at = edit.to;
  }
  return [...out, ...a.slice(at)];
}

/** Length of the longest common subsequence, the textbook way. */
function commonLength(a: readonly number[], b: readonly number[]): number {
  let row = Array.from({ length: b.length + 1 }, () => 0);
  for (const x of a) {
    const next = [0];
    for (const [j, y] of b.entries())
      next.push(x === y ? (row[j] ?? 0) + 1 : Math.max(row[j + 1] ?? 0, next[j] ?? 0));
    row = next;
  }
  return row[b.length] ?? 0;
}

describe('editScript', () => {
  it('makes the second sequence of the first', () => {
    fc.assert(
      fc.property(sequence, sequence, (a, b) => {
        expect(apply(a, b, editScript(a, b))).toEqual(b);
      }),
      { numRuns: 2000 },
    );
  });

  it('is never longer than needed', () => {
    const cost = (edits: readonly Edit[]): number =>
      edits.reduce((sum, { from, to, otherFrom, otherTo }) => sum + (to - from) + (otherTo - otherFrom), 0);
    fc.assert(
      fc.property(sequence, sequence, (a, b) => {
        expect(cost(editScript(a, b))).toBe(a.length + b.length - 2 * commonLength(a, b));
      }),
      { numRuns: 2000 },
    );
  });

  it('still tells the truth where a shortest script would take too long', () => {
    const a = Array.from({ length: 20_000 }, (_, i) => (i * 7919) % 10_007);
    const b = a.toReversed();
    expect(apply(a, b, editScript(a, b))).toEqual(b);
  });
});
