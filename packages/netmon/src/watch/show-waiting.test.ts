import { expect, it } from 'vitest';
import { waitingText } from './show-waiting.ts';

it.each([
  [[], '8 of 8 answered'],
  [['n3', 'n2'], '6 of 8 answered, waiting for n[2-3]'],
])('who is waited for, %j, is told folded', (open, expected) => {
  expect(waitingText({ all: 8, open })).toBe(expected);
});
