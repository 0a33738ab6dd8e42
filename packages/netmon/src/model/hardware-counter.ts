// What a network card tells besides the kernel's own counters (`ethtool -S`), reduced to what says that a link is sick. Each
// driver has its own names for it: sampler/hardware-names.ts.
import type { Counter } from './counter.ts';

/** In the order of recordings. Only ever append. */
export const hardwareCounterNames = [
  /** Requests of the other side to stop sending (IEEE 802.3x, and 802.1Qbb of all priorities). */
  'rxPauses',
  'txPauses',
  /** Frames that arrived damaged. */
  'crcErrors',
  'symbolErrors',
  /** Frames that the card had no buffer for. */
  'rxMissed',
  /** Frames that the card threw away before they were sent. */
  'txDiscards',
  /** How often the driver gave up on its queue and reset it. */
  'txTimeouts',
] as const;

export type HardwareCounterName = (typeof hardwareCounterNames)[number];

/** Null = this driver has no such counter. */
export type HardwareCounters = Readonly<Record<HardwareCounterName, Counter>>;

/** Builds the record from values in the order of {@link hardwareCounterNames}; what is missing is null. */
export function hardwareCounters(values: readonly Counter[]): HardwareCounters {
  return {
    rxPauses: values[0] ?? null,
    txPauses: values[1] ?? null,
    crcErrors: values[2] ?? null,
    symbolErrors: values[3] ?? null,
    rxMissed: values[4] ?? null,
    txDiscards: values[5] ?? null,
    txTimeouts: values[6] ?? null,
  };
}
