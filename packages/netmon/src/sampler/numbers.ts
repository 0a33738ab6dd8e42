// Numbers as the sampler writes them; what is not one is null, as the kernel's `N/A (no PMA)` is.
import type { Counter } from '../model/counter.ts';

const maximum = 2n ** 64n - 1n;

/** A whole number from 0 that a double holds exactly, else null. */
export function natural(text: string | undefined): number | null {
  if (text === undefined || !/^\d{1,16}$/.test(text)) return null;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : null;
}

/** Nanoseconds since boot: a double holds 104 days of them exactly, and is 2 ns off after a year. */
export function clockOf(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,19}$/.test(text) ? Number(text) : null;
}

export function counterOf(text: string): Counter {
  if (!/^\d{1,20}$/.test(text)) return null;
  const value = BigInt(text);
  return value > maximum ? null : value;
}

export function hexCounterOf(text: string): Counter {
  return /^[\da-fA-F]{1,16}$/.test(text) ? BigInt(`0x${text}`) : null;
}

export function decimal(text: string | undefined): number | null {
  return text !== undefined && /^\d+(\.\d+)?$/.test(text) ? Number(text) : null;
}
