import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PrefixedLines } from './prefixed-lines.ts';

function read(
  text: string,
  cut: number,
): { readonly answers: Record<string, string>; readonly strangers: number } {
  const lines = new PrefixedLines();
  const answers: Record<string, string> = {};
  const bytes = Buffer.from(text);
  const take = (chunks: Iterable<{ node: string; data: Uint8Array }>): void => {
    for (const { node, data } of chunks) answers[node] = (answers[node] ?? '') + Buffer.from(data).toString();
  };
  for (let at = 0; at < bytes.length; at += cut) take(lines.push(bytes.subarray(at, at + cut)));
  take(lines.end());
  return { answers, strangers: lines.strangers };
}

describe('reading prefixed output', () => {
  it.each([
    ['lines of several nodes', 'n1: a\nn2: b\nn1: c\n', { n1: 'a\nc\n', n2: 'b\n' }, 0],
    ['empty lines and colons', 'n1: \nn1: a: b\nn1:c\n', { n1: '\na: b\nc\n' }, 0],
    ['blanks that belong to the text', 'n1:   a\n', { n1: '  a\n' }, 0],
    ['a missing final newline', 'n1: a\nn2: b', { n1: 'a\n', n2: 'b' }, 0],
    ['a node whose name begins like another', 'n1: a\nn10: b\nn1: c\n', { n1: 'a\nc\n', n10: 'b\n' }, 0],
    ['lines without a name, which it counts', 'hello\nn1: a\n/x: y\n', { n1: 'a\n' }, 2],
  ])('understands %s', (_, text, answers, strangers) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), (cut) => {
        expect(read(text, cut)).toEqual({ answers, strangers });
      }),
    );
  });
});
