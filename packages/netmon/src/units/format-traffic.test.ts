import { describe, expect, it } from 'vitest';
import { formatCount, formatShare, formatTraffic } from './format-traffic.ts';

describe('traffic for people', () => {
  it.each([
    [0, '0 bit/s', '0 B/s'],
    [100, '800 bit/s', '100 B/s'],
    [124.9, '999 bit/s', '125 B/s'],
    [125, '1.00 kbit/s', '125 B/s'],
    [124_990_000, '1.00 Gbit/s', '125 MB/s'],
    [1.176e9, '9.41 Gbit/s', '1.18 GB/s'],
    [1.25e18, '10000 Pbit/s', '1250 PB/s'],
  ])('%d bytes a second are %s or %s', (rate, bits, bytes) => {
    expect([formatTraffic(rate, { bytes: false }), formatTraffic(rate, { bytes: true })]).toEqual([
      bits,
      bytes,
    ]);
  });

  it('what is not known is a question mark, never 0', () => {
    expect([formatTraffic(null, { bytes: false }), formatCount(null), formatShare(null)]).toEqual([
      '?',
      '?',
      '?',
    ]);
  });

  it.each([
    [0, '0'],
    [0.5, '0.5'],
    [12, '12'],
    [1_488_095, '1.49 M'],
  ])('%d a second is %s', (count, text) => {
    expect(formatCount(count)).toBe(text);
  });

  it.each([
    [0, '0 %'],
    [0.0005, '0.05 %'],
    [0.998, '99.8 %'],
    [1, '100 %'],
  ])('a share of %d is %s', (share, text) => {
    expect(formatShare(share)).toBe(text);
  });
});
