// The last minutes of a node, as they are kept for sparklines. Where it told nothing for a while, the line has a gap.
import type { RateHistory } from '../live/rate-history.ts';
import { brief } from './frame.ts';
import type { History } from './wire.ts';

/** All that is kept of a node. */
const mostPoints = 600;

export function recentHistory(history: Pick<RateHistory, 'eachOfLast'>, intervalMs: number): History {
  const timesMs: number[] = [];
  const received: (number | null)[] = [];
  const sent: (number | null)[] = [];
  const add = (timeMs: number, rx: number, tx: number) => {
    timesMs.push(Math.round(timeMs));
    received.push(brief(rx));
    sent.push(brief(tx));
  };
  history.eachOfLast(mostPoints, (timeMs, rx, tx) => {
    const before = timesMs.at(-1);
    if (before !== undefined && timeMs - before > 2.5 * intervalMs) {
      add((before + timeMs) / 2, Number.NaN, Number.NaN);
    }
    add(timeMs, rx, tx);
  });
  return {
    resolution: 'readings',
    stepMs: intervalMs,
    timesMs,
    received,
    sent,
    mostReceived: received,
    mostSent: sent,
  };
}
