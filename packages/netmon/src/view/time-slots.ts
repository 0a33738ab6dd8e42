// Rates over time in slots of equal length, for sparklines and charts: the largest rate of each slot, NaN where nothing
// is known. Slots lie on a fixed grid, so that a picture moves by whole cells and does not shimmer.
import type { PointRoom, RateHistory } from '../live/rate-history.ts';

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
  const room = roomFor(pointsOf(options));
  const received = new Float64Array(options.slots).fill(Number.NaN);
  const sent = new Float64Array(options.slots).fill(Number.NaN);
  const count = history.copyLast(pointsOf(options), room);
  fill(received, room, room.rx, count, history.newestMs, options);
  fill(sent, room, room.tx, count, history.newestMs, options);
  return { received, sent };
}

/** Both directions together, in arrays that a frame uses again for each of its rows. */
export class TrafficSlots {
  readonly values: Float64Array;
  readonly #options: Omit<SlotOptions, 'nowMs'>;
  readonly #room: PointRoom;

  constructor(options: Omit<SlotOptions, 'nowMs'>) {
    this.values = new Float64Array(options.slots);
    this.#options = options;
    this.#room = roomFor(pointsOf(options));
  }

  fill(history: RateHistory, nowMs: number): void {
    const { slots, slotMs, intervalMs } = this.#options;
    const count = history.copyLast(pointsOf(this.#options), this.#room);
    const { rx, tx } = this.#room;
    for (let at = 0; at < count; at++) rx[at] = (rx[at] ?? Number.NaN) + (tx[at] ?? Number.NaN);
    this.values.fill(Number.NaN);
    fill(this.values, this.#room, rx, count, history.newestMs, { slots, slotMs, intervalMs, nowMs });
  }
}

function pointsOf({ slots, slotMs, intervalMs }: Omit<SlotOptions, 'nowMs'>): number {
  return Math.ceil((slots * slotMs) / intervalMs) + 2;
}

function roomFor(points: number): PointRoom {
  return { times: new Float64Array(points), rx: new Float64Array(points), tx: new Float64Array(points) };
}

/** @param values NaN, or the largest so far, by slot */
function fill(
  values: Float64Array,
  { times }: PointRoom,
  rates: Float64Array,
  count: number,
  newestMs: number,
  { slots, slotMs, intervalMs, nowMs }: SlotOptions,
): void {
  const longest = longestSpan * intervalMs;
  // While samples come the last one stands at the right edge; when they stop, the picture moves on.
  const edge = slotOf(nowMs - newestMs < longest ? newestMs : nowMs, slotMs);
  const first = edge - slots + 1;
  let before = Number.NaN;
  let lastBefore = Number.NaN;
  for (let at = 0; at < count; at++) {
    const timeMs = times[at] ?? Number.NaN;
    const rate = rates[at] ?? Number.NaN;
    const last = slotOf(timeMs, slotMs);
    const start = timeMs - before <= longest ? lastBefore : slotOf(timeMs - intervalMs, slotMs);
    before = timeMs;
    lastBefore = last;
    // A short sample between two middles counts in the slot in which it ends.
    const from = Math.max(first, Math.min(start + 1, last));
    const end = Math.min(last, edge);
    for (let slot = from; slot <= end; slot++) {
      const known = values[slot - first] ?? Number.NaN;
      // NaN, and nothing at all, are no rate.
      if (Number.isNaN(known) || rate > known) values[slot - first] = rate;
    }
  }
}

/** The last slot whose middle is not after that time. */
function slotOf(timeMs: number, slotMs: number): number {
  return Math.floor(timeMs / slotMs - 0.5);
}
