import { describe, expect, it } from 'vitest';
import { ageText, percent, percentText, rateText, shortNumber, speedText } from './quantity.ts';

it.each([
  [null, '-'],
  [0, '0'],
  [0.03, '<0.1'],
  [0.5, '0.5'],
  [9.96, '10'],
  [999.4, '999'],
  [999.6, '1.00k'],
  [9.994e9, '9.99G'],
  [9.996e9, '10.0G'],
  [999_600_000, '1.00G'],
  [123_456_789_012, '123G'],
])('%d is shown as %s', (value, text) => {
  expect(shortNumber(value)).toBe(text);
});

describe('a rate', () => {
  it.each([
    [null, 'bits', '-'],
    [0, 'bits', '0 bit/s'],
    [125e6, 'bits', '1.00 Gbit/s'],
    [125e6, 'bytes', '125 MB/s'],
  ] as const)('of %d in %s is %s: always with its unit', (value, units, text) => {
    expect(rateText(value, units)).toBe(text);
  });
});

it.each([
  [null, '-'],
  [0, '0.0'],
  [0.0001, '<0.1'],
  [0.125, '12.5'],
  [1, '100'],
])('a share of %d is %s per cent', (share, text) => {
  expect(percent(share)).toBe(text);
});

it.each([
  [null, '-'],
  [0.42, '0.4 s'],
  [61, '61 s'],
  [600, '10 m'],
  [86_400, '24 h'],
  [864_000, '10 d'],
])('an age of %d seconds is %s', (seconds, text) => {
  expect(ageText(seconds)).toBe(text);
});

it('the speed of a link is in bits', () => {
  expect([speedText(100), speedText(2500), speedText(null)]).toEqual(['100 Mbit/s', '2.5 Gbit/s', '-']);
});

it('what is not known is a question mark in printed lines', () => {
  expect([
    rateText(null, 'bits', '?'),
    shortNumber(null, '?'),
    percentText(null, '?'),
    percentText(0.998),
  ]).toEqual(['?', '?', '?', '99.8 %']);
});
