import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseDuration } from './duration.ts';

it.each([
  ['10', 10_000],
  ['10s', 10_000],
  ['0', 0],
  ['1.5', 1500],
  ['500ms', 500],
  ['2m', 120_000],
  ['1h', 3_600_000],
  ['1d', 86_400_000],
  ['1h30m', 5_400_000],
  ['0.0004s', 0],
])('%s is %d ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

it.each(['', 's', '-1', '1x', '1 s', '10sec', 'ten', '1h-', 'Infinity', '99999999999999999999d'])(
  '%j is none',
  (text) => {
    expect(() => parseDuration(text)).toThrow('is not a duration');
  },
);

it('reads every whole number of every unit', () => {
  fc.assert(
    fc.property(fc.nat(1_000_000), (count) => {
      expect(parseDuration(`${count}ms`)).toBe(count);
      expect(parseDuration(`${count}s`)).toBe(parseDuration(`${count}`));
      expect(parseDuration(`${count}m`)).toBe(parseDuration(`${count * 60}`));
    }),
  );
});
