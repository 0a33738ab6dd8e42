import { expect, it } from 'vitest';
import { plainTheme } from '../theme/create-theme.ts';
import { renderFinalLine } from './final-line.ts';

it('says how many did what, with nodes, and what to type next', () => {
  const line = renderFinalLine(
    [
      { count: 5n, what: 'ok', mood: 'good' },
      { count: 2, what: 'exit 1', mood: 'bad', nodes: 'n[3-4]' },
      { count: 0, what: 'unreachable', mood: 'bad', nodes: '' },
    ],
    'again on those: dsh --retry',
    plainTheme,
  );
  expect(line).toBe('5 ok, 2 exit 1 (n[3-4]); again on those: dsh --retry');
});

it('says so when nothing was done', () => {
  expect(renderFinalLine([], undefined, plainTheme)).toBe('nothing was done');
});
