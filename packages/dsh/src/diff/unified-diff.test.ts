import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unifiedDiff } from './unified-diff.ts';

const signs = { hunk: '', same: ' ', removed: '-', added: '+' };
const diff = (a: string, b: string): string[] =>
  unifiedDiff(a.split(''), b.split('')).map(({ kind, text }) => signs[kind] + text);

describe('unifiedDiff', () => {
  it.each([
    ['nothing for equal texts', 'abc', 'abc', []],
    [
      'a changed line in its context',
      'abcdefghi',
      'abcdXfghi',
      ['@@ -2,7 +2,7 @@', ' b', ' c', ' d', '-e', '+X', ' f', ' g', ' h'],
    ],
    ['a line added at the end', 'a', 'ab', ['@@ -1 +1,2 @@', ' a', '+b']],
    ['everything new', '', 'a', ['@@ -0,0 +1 @@', '+a']],
    ['everything gone', 'ab', '', ['@@ -1,2 +0,0 @@', '-a', '-b']],
    [
      'far changes in hunks of their own',
      'a1234567b',
      'A1234567B',
      ['@@ -1,4 +1,4 @@', '-a', '+A', ' 1', ' 2', ' 3', '@@ -6,4 +6,4 @@', ' 5', ' 6', ' 7', '-b', '+B'],
    ],
    ['near changes in one', 'a12b', 'A12B', ['@@ -1,4 +1,4 @@', '-a', '+A', ' 1', ' 2', '-b', '+B']],
  ])('shows %s', (_, a, b, expected) => {
    expect(diff(a, b)).toEqual(expected);
  });

  it('is understood by patch(1)', () => {
    const folder = mkdtempSync(join(tmpdir(), 'heorot-diff-'));
    const text = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 20 });
    const joined = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');
    try {
      fc.assert(
        fc.property(text, text, (a, b) => {
          fc.pre(a.join() !== b.join() && a.length > 0);
          writeFileSync(join(folder, 'a'), joined(a));
          const body = joined(unifiedDiff(a, b).map((line) => signs[line.kind] + line.text));
          const patched = execFileSync('patch', ['-s', '-o', '-', join(folder, 'a')], {
            input: `--- a\n+++ b\n${body}`,
          });
          expect(patched.toString()).toBe(joined(b));
        }),
        { numRuns: 40 },
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
