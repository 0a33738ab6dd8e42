import { DatabaseSync } from 'node:sqlite';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addToHours, hoursTable, readHours, readMinutes, type TrafficSpan } from '../record/hours-table.ts';
import { hourMs, MinuteSums } from '../traffic/minute-sums.ts';
import type { Interval } from '../traffic/traffic.ts';
import { BucketSums } from './bucket-sums.ts';

const interval = (startMs: number, endMs: number, seconds: number, bytes: number): Interval => ({
  startMs,
  endMs,
  seconds,
  sampled: seconds <= 2.5,
  received: { bytes, rate: bytes / seconds },
  sent: { bytes: 0, rate: 0 },
  errors: 0,
  dropped: 0,
});

describe('buckets', () => {
  it('add up to what was sampled, for any intervals and any step', () => {
    const intervals = fc.array(fc.record({ ms: fc.integer({ min: 0, max: 5000 }), bytes: fc.nat(2 ** 40) }), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(intervals, fc.integer({ min: 50, max: 20_000 }), (all, stepMs) => {
        const total = all.reduce((sum, { ms }) => sum + ms, 0);
        const sums = new BucketSums({ fromMs: 999, toMs: 1000 + total, stepMs });
        let at = 1000;
        for (const { ms, bytes } of all) sums.add(interval(at, (at += ms), Math.max(1, ms) / 1000, bytes));
        const received = sums.done().reduce((sum, bucket) => sum + bucket.received.bytes, 0);
        expect(received).toBe(all.reduce((sum, { bytes }) => sum + bytes, 0));
      }),
    );
  });

  it('have a mean between their least and most, whatever part of an interval lies in them', () => {
    const intervals = fc.array(fc.record({ ms: fc.integer({ min: 1, max: 5000 }), bytes: fc.nat(2000) }), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(intervals, fc.integer({ min: 50, max: 5000 }), (all, stepMs) => {
        const total = all.reduce((sum, { ms }) => sum + ms, 0);
        const sums = new BucketSums({ fromMs: 999, toMs: 1000 + total, stepMs });
        let at = 1000;
        for (const { ms, bytes } of all) sums.add(interval(at, (at += ms), ms / 1000, bytes));
        for (const { received } of sums.done()) {
          const { least, mean, most } = received;
          if (least === null || most === null) continue;
          expect(mean).toBeGreaterThanOrEqual(least);
          expect(mean).toBeLessThanOrEqual(most);
        }
      }),
    );
  });

  it('of an idle link are not a whole byte off: 177 bytes in a fifth of a second are 885 a second in each part', () => {
    const sums = new BucketSums({ fromMs: 1000, toMs: 1200, stepMs: 100 });
    sums.add(interval(1000, 1200, 0.2, 177));
    expect(
      sums.done().map(({ received: { bytes, mean, least, most } }) => [bytes, mean, least, most]),
    ).toEqual([
      [89, 885, 885, 885],
      [88, 885, 885, 885],
    ]);
  });

  it('of minutes and hours add up to the same, over gaps of days, late readings and a file in between', () => {
    const longer = fc.array(
      fc.record({
        ms: fc.oneof(fc.integer({ min: -5000, max: 90_000 }), fc.nat(100 * hourMs)),
        bytes: fc.nat(2 ** 40),
      }),
      { minLength: 1, maxLength: 20 },
    );
    fc.assert(
      fc.property(longer, (all) => {
        using database = new DatabaseSync(':memory:');
        database.exec(
          `CREATE TABLE nodes (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO nodes VALUES (1, 'n1'); ${hoursTable}`,
        );
        let at = 2000 * hourMs + 1234;
        const firstMs = at;
        const ends = all.map(({ ms, bytes }) => {
          const each = new MinuteSums();
          each.add(interval(at, (at += ms), Math.max(1, ms) / 1000, bytes));
          addToHours(database, 1, each);
          return at;
        });
        const span = [Math.min(firstMs, ...ends) - hourMs, Math.max(...ends) + hourMs] as const;
        const sum = (spans: readonly TrafficSpan[]) =>
          spans.reduce((total, { traffic }) => total + traffic.received.bytes, 0);
        const expected = all.reduce((total, { bytes }) => total + bytes, 0);
        expect(sum(readHours(database, 'n1', ...span))).toBe(expected);
        expect(sum(readMinutes(database, 'n1', ...span))).toBe(expected);
      }),
      { numRuns: 50 },
    );
  });
});
