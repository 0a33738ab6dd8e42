import { expect, it } from 'vitest';
import { HistoryBuckets } from './history-buckets.ts';

it('a bucket has the mean by time and the largest; one in which nothing is known stays unknown', () => {
  const buckets = new HistoryBuckets(0, 4000, 2);
  buckets.add(500, 1, 100, 10);
  buckets.add(1500, 3, 500, null);
  buckets.add(2500, 1, null, Number.NaN);
  expect(buckets.result()).toEqual({
    timesMs: [1000, 3000],
    received: [400, null],
    sent: [10, null],
    mostReceived: [500, null],
    mostSent: [10, null],
  });
});

it('what is before the beginning is left out, and the very end is of the last bucket', () => {
  const buckets = new HistoryBuckets(1000, 2000, 2);
  buckets.add(999, 1, 7, 7);
  buckets.add(2000, 1, 0, 5);
  expect(buckets.result()).toMatchObject({ received: [null, 0], sent: [null, 5] });
});
