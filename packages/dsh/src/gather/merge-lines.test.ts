import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeLines } from './merge-lines.ts';

const merge = (...answers: string[]): string[] =>
  [...mergeLines(answers.map((text, at) => ({ source: at + 1, lines: text.split('') })))].map(
    ({ line, sources }) => `${sources.join('')}:${line}`,
  );

describe('mergeLines', () => {
  it.each([
    ['equal answers once', ['ab', 'ab'], ['12:a', '12:b']],
    [
      'a line that one node says in addition, without losing step',
      ['abc', 'aXbc'],
      ['12:a', '2:X', '12:b', '12:c'],
    ],
    ['different lines side by side', ['aXc', 'aYc'], ['12:a', '1:X', '2:Y', '12:c']],
    ['answers in opposite order, each in its own', ['ab', 'ba'], ['1:a', '21:b', '2:a']],
    ['a node that says nothing', ['ab', ''], ['1:a', '1:b']],
    ['repeated lines as often as they were said', ['aa', 'a'], ['12:a', '1:a']],
  ])('merges %s', (_, answers, expected) => {
    expect(merge(...answers)).toEqual(expected);
  });

  it("keeps every node's lines, in order", () => {
    const answer = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 });
    fc.assert(
      fc.property(fc.array(answer, { maxLength: 6 }), (answers) => {
        const merged = [...mergeLines(answers.map((lines, source) => ({ source, lines })))];
        for (const [source, lines] of answers.entries()) {
          expect(merged.filter(({ sources }) => sources.includes(source)).map(({ line }) => line)).toEqual(
            lines,
          );
        }
      }),
    );
  });
});
