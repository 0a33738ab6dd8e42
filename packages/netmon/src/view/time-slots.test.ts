import { describe, expect, it } from 'vitest';
import { RateHistory } from '../live/rate-history.ts';
import { isUtf8 } from './glyphs.ts';
import { position, roundTop, step } from './scale.ts';
import { timeSlots } from './time-slots.ts';

/** Received rates by the time of their samples in ms. */
function received(
  samples: readonly (readonly [number, number | null])[],
  nowMs: number,
  slots = 6,
): readonly number[] {
  const history = new RateHistory();
  for (const [timeMs, rate] of samples) history.add(timeMs, rate, 0);
  return [...timeSlots(history, { slots, slotMs: 1000, intervalMs: 1000, nowMs }).received];
}

const none = Number.NaN;

describe('rates in slots of time', () => {
  it('have no hole and no double where samples come early and late', () => {
    const jittery = [0, 990, 2030, 3010, 3980, 5040].map((at, index) => [100_000 + at, index] as const);
    expect(received(jittery, 105_100)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('fill the slots of a longer interval, after a missed tick', () => {
    expect(
      received(
        [
          [100_000, 1],
          [101_000, 2],
          [103_000, 7],
        ],
        103_100,
        4,
      ),
    ).toEqual([1, 2, 7, 7]);
  });

  it('are not known where nothing came for long, or where the rate was not', () => {
    expect(
      received(
        [
          [100_000, 1],
          [104_000, 2],
        ],
        104_100,
      ),
    ).toEqual([none, 1, none, none, none, 2]);
    expect(
      received(
        [
          [100_000, 1],
          [101_000, null],
          [102_000, 2],
        ],
        102_100,
        3,
      ),
    ).toEqual([1, none, 2]);
  });

  it('move on when samples stop', () => {
    expect(
      received(
        [
          [100_000, 1],
          [101_000, 2],
        ],
        103_700,
        6,
      ),
    ).toEqual([none, 1, 2, none, none, none]);
  });

  it('are the largest of what falls into a slot', () => {
    const history = new RateHistory();
    for (let at = 1; at <= 8; at++) history.add(100_000 + at * 250, at % 4, 0);
    const slots = timeSlots(history, { slots: 2, slotMs: 1000, intervalMs: 250, nowMs: 102_000 });
    expect([...slots.received]).toEqual([3, 3]);
  });
});

describe('a scale', () => {
  it('gives its first step to nothing alone, and its last to the top', () => {
    const scale = { top: 100, logarithmic: false };
    expect([0, 0.001, 50, 99, 100, 1000].map((value) => step(value, scale, 8))).toEqual([0, 1, 4, 7, 7, 7]);
  });

  it('that is logarithmic shows 2 kB/s beside 100 Gbit/s', () => {
    expect(position(2e3, { top: 12.5e9, logarithmic: true })).toBeGreaterThan(0.02);
    expect(position(12.5e9, { top: 12.5e9, logarithmic: true })).toBe(1);
  });

  it.each([
    [0, 1],
    [1.1, 2],
    [20, 20],
    [21, 50],
    [512, 1000],
  ])('that reaches %d ends at %d', (value, top) => {
    expect(roundTop(value)).toBeCloseTo(top);
  });
});

it.each([
  [{ LANG: 'C.UTF-8' }, true],
  [{ LANG: 'de_DE.utf8' }, true],
  [{ LANG: 'C.UTF-8', LC_ALL: 'C' }, false],
  [{ LANG: 'C', LC_CTYPE: 'en_US.UTF-8' }, true],
  [{ LANG: 'en_US.UTF-8', LC_ALL: '' }, true],
  [{}, false],
])('the locale %j is UTF-8: %s', (env, expected) => {
  expect(isUtf8(env)).toBe(expected);
});
