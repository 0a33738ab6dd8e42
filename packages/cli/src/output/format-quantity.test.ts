import { expect, it } from 'vitest';
import { formatBytes, formatDuration, formatRate } from './format-quantity.ts';

it.each([
  [0, '0 ms'],
  [4.5, '4.5 ms'],
  [850, '850 ms'],
  [999.6, '1 s'],
  [12_340, '12.3 s'],
  [59_960, '1 m 00 s'],
  [125_000, '2 m 05 s'],
  [3_599_900, '1 h 00 m'],
  [3_725_000, '1 h 02 m'],
  [90_000_000, '1 d 01 h'],
  [-1500, '-1.5 s'],
])('%d ms is %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

it.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1 KiB'],
  [1536, '1.5 KiB'],
  [1_048_575, '1 MiB'],
  [67_108_864, '64 MiB'],
  [1e12, '931 GiB'],
  [2 ** 60, '1024 PiB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

it('a rate says per second', () => {
  expect(formatRate(13_107_200)).toBe('12.5 MiB/s');
});
