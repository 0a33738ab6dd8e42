import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitWords } from './split-words.ts';

function words(line: string, comments = true): readonly string[] | string {
  const split = splitWords(line, comments);
  return split.kind === 'words' ? split.words.map(({ text }) => text) : `${split.what} ${split.column}`;
}

describe('splitWords', () => {
  it.each<[string, readonly string[] | string]>([
    ['a  b\tc\n', ['a', 'b', 'c']],
    [`a'b c'"d e"f`, ['ab cd ef']],
    [`'it''s' ""`, ['its', '']],
    ['"a\\"b\\\\c\\d"', ['a"b\\c\\d']],
    ["'a\\'", ['a\\']],
    ['a\\ b', ['a b']],
    ['a #b', ['a']],
    ['a#b c', ['a']],
    ['"a#b" c', ['a#b', 'c']],
    ['a \\\n', ['a', '\n']],
    ['a "b', 'quote 3'],
    ['a\\', 'escape 2'],
  ])('splits %j', (line, expected) => {
    expect(words(line)).toEqual(expected);
  });

  it('keeps # where comments are off', () => {
    expect(words('a #b', false)).toEqual(['a', '#b']);
  });

  it('gives back any words that are quoted one by one', () => {
    const quoted = (word: string): string => `'${word.replaceAll("'", `'"'"'`)}'`;
    fc.assert(
      fc.property(fc.array(fc.string()), (list) => {
        expect(words(list.map(quoted).join(' '))).toEqual(list);
      }),
    );
  });

  it('knows where each word begins', () => {
    const split = splitWords(' part  "/a"', true);
    expect(split.kind === 'words' && split.words.map(({ column }) => column)).toEqual([2, 8]);
  });
});
