// The keys of a recording: to another time, faster and slower, one reading on. Their signs are free in every view.

export type TimeWish =
  | { readonly kind: 'seek'; readonly byMs: number }
  /** Readings forwards, or backwards. */
  | { readonly kind: 'step'; readonly by: 1 | -1 }
  | { readonly kind: 'speed'; readonly by: 1 | -1 }
  /** To a time as a person types it. */
  | { readonly kind: 'jump'; readonly text: string };

const second = 1000;
const minute = 60 * second;

const byKey: Readonly<Record<string, TimeWish>> = {
  '[': { kind: 'seek', byMs: -10 * second },
  ']': { kind: 'seek', byMs: 10 * second },
  '{': { kind: 'seek', byMs: -minute },
  '}': { kind: 'seek', byMs: minute },
  '(': { kind: 'seek', byMs: -10 * minute },
  ')': { kind: 'seek', byMs: 10 * minute },
  ',': { kind: 'step', by: -1 },
  '.': { kind: 'step', by: 1 },
  '-': { kind: 'speed', by: -1 },
  '+': { kind: 'speed', by: 1 },
  '=': { kind: 'speed', by: 1 },
};

/** @returns undefined for a key that is not about time */
export function timeWish(key: string): TimeWish | undefined {
  return byKey[key];
}
