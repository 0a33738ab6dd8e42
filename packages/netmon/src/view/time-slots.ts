// Rates over time in slots of equal length, for sparklines and charts: the largest rate of each slot, NaN where nothing
// is known. Slots lie on a fixed grid, so that a picture moves by whole cells and does not shimmer.
import type { RateHistory } from '../live/rate-history.ts';

export interface SlotOptions {
  readonly slots: number;
  readonly slotMs: number;
  readonly intervalMs: number;
  readonly nowMs: number;
}

export interface TimeSlots {
  readonly received: Float64Array;
  readonly sent: Float64Array;
}

/** Longer than that between two samples, and the time between them is not known. */
const longestSpan = 2.5;

export function timeSlots(
  history: RateHistory,
  { slots, slotMs, intervalMs, nowMs }: SlotOptions,
): TimeSlots {
  const received = new Float64Array(slots).fill(Number.NaN);
  const sent = new Float64Array(slots).fill(Number.NaN);
  const newest = history.newestMs;
  // While samples come the last one stands at the right edge; when they stop, the picture moves on.
  const edge = slotOf(nowMs - newest < longestSpan * intervalMs ? newest : nowMs, slotMs);
  const first = edge - slots + 1;
  let before = Number.NaN;
  let lastBefore = Number.NaN;
  history.eachOfLast(Math.ceil((slots * slotMs) / intervalMs) + 2, (timeMs, rx, tx) => {
    const last = slotOf(timeMs, slotMs);
    const follows = timeMs - before <= longestSpan * intervalMs;
    const start = follows ? lastBefore : slotOf(timeMs - intervalMs, slotMs);
    before = timeMs;
    lastBefore = last;
    // A short sample between two middles counts in the slot in which it ends.
    const from = Math.min(start + 1, last);
    const end = Math.min(last, edge);
    for (let slot = Math.max(first, from); slot <= end; slot++) {
      received[slot - first] = larger(received[slot - first] ?? Number.NaN, rx);
      sent[slot - first] = larger(sent[slot - first] ?? Number.NaN, tx);
    }
  });
  return { received, sent };
}

/** The last slot whose middle is not after that time. */
function slotOf(timeMs: number, slotMs: number): number {
  return Math.floor(timeMs / slotMs - 0.5);
}

function larger(one: number, other: number): number {
  return Number.isNaN(one) || other > one ? other : one;
}
