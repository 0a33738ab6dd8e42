import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayWidth, pad, truncate, wrap } from './display-width.ts';

const red = (text: string) => `\u001b[31m${text}\u001b[39m`;

it.each([
  ['', 0],
  ['n1', 2],
  ['ä', 1],
  ['a\u0301', 1],
  ['節点', 4],
  ['ｱ', 1],
  ['🚀', 2],
  [red('n1'), 2],
  ['tab\tless', 7],
])('%j takes %d columns', (text, width) => {
  expect(displayWidth(text)).toBe(width);
});

describe('cutting', () => {
  it.each([
    ['node12', 6, 'node12'],
    ['node12', 5, 'node…'],
    ['節点機', 5, '節点…'],
    ['節点機', 4, '節…'],
    ['node12', 1, '…'],
    ['node12', 0, ''],
    [red('node12'), 5, '\u001b[31mnode…\u001b[0m'],
  ])('%j to %d columns is %j', (text, columns, cut) => {
    expect(truncate(text, columns)).toBe(cut);
  });

  it('never exceeds the width', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(40), (text, columns) => {
        expect(displayWidth(truncate(text, columns))).toBeLessThanOrEqual(columns);
      }),
    );
  });
});

it('pads by columns, not by characters', () => {
  expect([pad('節', 4), pad('7', 3, 'left'), pad('long', 2)]).toEqual(['節  ', '  7', 'long']);
});

it('wraps at blanks and leaves a long word whole', () => {
  expect(wrap('a node set such as averylongnameindeed here', 12)).toEqual([
    'a node set',
    'such as',
    'averylongnameindeed',
    'here',
  ]);
  expect(wrap('', 10)).toEqual([]);
});
