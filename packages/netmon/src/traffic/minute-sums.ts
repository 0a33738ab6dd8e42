// The traffic of one node by minutes, and by hours where an interval holds whole hours (nobody looked, and a day is not
// worth 1440 equal minutes).
import { addPart, type Interval, noTraffic, type Traffic } from './traffic.ts';

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;

/** After so long nobody asks what the mean was; and a clock that was never set may jump by decades. */
const longestGapMs = 31 * 24 * hourMs;

export class MinuteSums {
  /** By their number since 1970. */
  readonly minutes = new Map<number, Traffic>();
  readonly hours = new Map<number, Traffic>();

  add(interval: Interval): void {
    const { startMs, endMs } = interval;
    if (endMs <= startMs) {
      // Two readings arrived in the same millisecond, or the head's clock was put back. A minute has its end, not its start.
      addPart(entry(this.minutes, Math.ceil(endMs / minuteMs) - 1), interval, 0, 1);
      return;
    }
    const lengthMs = endMs - startMs;
    if (lengthMs > longestGapMs) return;
    for (let atMs = startMs; atMs < endMs; ) {
      const whole = atMs % hourMs === 0 && atMs + hourMs <= endMs;
      const unitMs = whole ? hourMs : minuteMs;
      const number = Math.floor(atMs / unitMs);
      const untilMs = Math.min(endMs, (number + 1) * unitMs);
      const sum = entry(whole ? this.hours : this.minutes, number);
      addPart(sum, interval, (atMs - startMs) / lengthMs, (untilMs - startMs) / lengthMs);
      atMs = untilMs;
    }
  }
}

function entry(sums: Map<number, Traffic>, number: number): Traffic {
  const known = sums.get(number);
  if (known !== undefined) return known;
  const added = noTraffic();
  sums.set(number, added);
  return added;
}
