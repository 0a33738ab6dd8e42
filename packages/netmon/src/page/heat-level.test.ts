import { expect, it } from 'vitest';
import { unknownFigures } from '../view/total-figures.ts';
import { heatLevel, hottest } from './heat-level.ts';
import type { NodeRow } from './rows.ts';

const row = (received: number | null): NodeRow => ({
  kind: 'node',
  node: 'n1',
  state: 'sampling',
  sinceMs: 0,
  detail: null,
  group: undefined,
  figures: { ...unknownFigures, received },
});
const received = { name: 'received' } as const;

it.each([
  // In bits: 2, 5, 10.
  [[0.2], 2 / 8],
  [[100e6, 20e6, null], 1e9 / 8],
  [[130e6], 2e9 / 8],
  [[], 1 / 8],
])('of %j the hottest is %d', (rates, top) => {
  expect(hottest(received, rates.map(row))).toBe(top);
});

it('a share has a top of its own', () => {
  expect(hottest({ name: 'utilisation' }, [row(1)])).toBe(1);
  expect(hottest({ name: 'retransmits' }, [row(1)])).toBe(0.1);
});

it.each([
  [null, undefined],
  [0, 0],
  [0.001, 1],
  [50, 5],
  [51, 6],
  [100, 10],
  [150, 10],
])('%j of 100 is level %j', (value, level) => {
  expect(heatLevel(row(value), received, 100)).toBe(level);
});
