import { expect, it } from 'vitest';
import { parseAxis } from './fold-options.ts';

it.each([
  ['1', [1]],
  ['-1', [-1]],
  ['1,3', [1, 3]],
  ['2-4', [2, 3, 4]],
])('axes %s are %j', (text, expected) => {
  expect(parseAxis(text)).toEqual(expected);
});

it.each(['0', '0-2', 'x', '', '1-0', '-1-2'])('%j is no list of axes, which count from 1', (text) => {
  expect(() => parseAxis(text)).toThrow(expect.objectContaining({ code: 'usage' }));
});
