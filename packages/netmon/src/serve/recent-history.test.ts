import { expect, it } from 'vitest';
import { RateHistory } from '../live/rate-history.ts';
import { recentHistory } from './recent-history.ts';

it('what is not known is a gap, and so is a time in which nothing was told', () => {
  const history = new RateHistory();
  history.add(1000, 8, 1);
  history.add(2000, null, 2);
  history.add(12_000, 9, 3);
  expect(recentHistory(history, 1000)).toMatchObject({
    timesMs: [1000, 2000, 7000, 12_000],
    received: [8, null, null, 9],
    sent: [1, 2, null, 3],
  });
});
