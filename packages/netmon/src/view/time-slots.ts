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

export function timeSlots(history: RateHistory, options: SlotOptions): TimeSlots {
  const received = new Float64Array(options.slots).fill(Number.NaN);
  const sent = new Float64Array(options.slots).fill(Number.NaN);
  eachSlot(history, options, (slot, rx, tx) => {
    received[slot] = larger(received[slot], rx);
    sent[slot] = larger(sent[slot], tx);
  });
  return { received, sent };
}

/** Both directions together, put into an array that a frame uses again and again; its length is the number of slots. */
export function fillTraffic(
  traffic: Float64Array,
  history: RateHistory,
  options: Omit<SlotOptions, 'slots'>,
): void {
  traffic.fill(Number.NaN);
  eachSlot(history, { ...options, slots: traffic.length }, (slot, rx, tx) => {
    traffic[slot] = larger(traffic[slot], rx + tx);
  });
}

function eachSlot(
  history: RateHistory,
  { slots, slotMs, intervalMs, nowMs }: SlotOptions,
  visit: (slot: number, rx: number, tx: number) => void,
): void {
  const newest = history.newestMs;
  const longest = longestSpan * intervalMs;
  // While samples come the last one stands at the right edge; when they stop, the picture moves on.
  const edge = slotOf(nowMs - newest < longest ? newest : nowMs, slotMs);
  const first = edge - slots + 1;
  let before = Number.NaN;
  let lastBefore = Number.NaN;
  history.eachOfLast(Math.ceil((slots * slotMs) / intervalMs) + 2, (timeMs, rx, tx) => {
    const last = slotOf(timeMs, slotMs);
    const start = timeMs - before <= longest ? lastBefore : slotOf(timeMs - intervalMs, slotMs);
    before = timeMs;
    lastBefore = last;
    // A short sample between two middles counts in the slot in which it ends.
    const from = Math.max(first, Math.min(start + 1, last));
    const end = Math.min(last, edge);
    for (let slot = from; slot <= end; slot++) visit(slot - first, rx, tx);
  });
}

/** The last slot whose middle is not after that time. */
function slotOf(timeMs: number, slotMs: number): number {
  return Math.floor(timeMs / slotMs - 0.5);
}

/** NaN, and nothing at all, are no rate. */
function larger(one: number | undefined, other: number): number {
  return one === undefined || Number.isNaN(one) || other > one ? other : one;
}
