// How long a pass takes, from what is known of a node: its memory, its cores, and the speed of an earlier run.
import type { Capacity } from '../node/capacity.ts';

/** Times that a pass of march reads or writes each byte: ten a background, four for the address test. */
function sweepsOf(backgrounds: number): number {
  return 10 * backgrounds + 4;
}

/** Bytes a second that the cores of a node move together; `assumed` until a run of this node has shown it. */
export interface Speed {
  readonly bytesPerSecond: number;
  readonly kind: 'measured' | 'assumed';
}

/** Slow on purpose: one core moves 20 GB/s on a good day, and sixteen cores share a memory controller's 40. */
const ASSUMED_PER_CORE = 4e9;
const ASSUMED_MOST = 40e9;

export function assumedSpeed({ cores, numaNodes }: Capacity): Speed {
  const most = ASSUMED_MOST * Math.max(1, numaNodes);
  return { bytesPerSecond: Math.min(cores * ASSUMED_PER_CORE, most), kind: 'assumed' };
}

/** What march will take: the share of what is free above the reserve, as kernel/src/plan.c computes it. */
export function bytesToTest(capacity: Capacity, memory: string, reserveBytes: number | undefined): number {
  const reserve = reserveBytes ?? Math.max(512 * 2 ** 20, capacity.totalBytes * 0.03);
  const most = Math.max(0, capacity.availableBytes - reserve);
  return Math.floor(Math.min(most, askedBytes(memory, most)));
}

/** `95%` of `whole`, `64G`, `512M`, `max`. NaN: not such a text. */
export function askedBytes(memory: string, whole: number): number {
  if (memory === 'max') return whole;
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)([KMGT%]?)$/.exec(memory) ?? [];
  if (number === '') return Number.NaN;
  if (unit === '%') return (whole * Number(number)) / 100;
  return Number(number) * 2 ** (10 * ['', 'K', 'M', 'G', 'T'].indexOf(unit));
}

/** Taking memory, which the kernel clears first: slow on purpose as well, and a virtual machine may have to be given its pages. */
const ASSUMED_CLEARED_PER_CORE = 0.5e9;
const ASSUMED_CLEARED_MOST = 10e9;

/** Seconds until the memory is there, once a phase. */
export function takingSeconds(bytes: number, { cores, numaNodes }: Capacity): number {
  return bytes / Math.min(cores * ASSUMED_CLEARED_PER_CORE, ASSUMED_CLEARED_MOST * Math.max(1, numaNodes));
}

/** Seconds for one pass; the retention pauses are in it. */
export function passSeconds(bytes: number, backgrounds: number, speed: Speed): number {
  return (bytes * sweepsOf(backgrounds)) / speed.bytesPerSecond + 2;
}

/** A bandwidth test: arrays of four times the caches, ten trials, two kinds of stores, at each number of threads. */
export function bandwidthSeconds(capacity: Capacity, brief: boolean, speed: Speed): number {
  const arrayBytes = Math.max(4 * capacity.cacheBytes, 64 * 2 ** 20);
  const atOnce = (arrayBytes * 10 * 10 * 2) / speed.bytesPerSecond;
  const steps = brief
    ? 1
    : Math.ceil(Math.log2(Math.max(1, capacity.cores))) +
      1 +
      (capacity.numaNodes > 1 ? capacity.numaNodes : 0);
  return Math.ceil(3 + atOnce * (1 + 0.5 * (steps - 1)) * 1.2);
}
