// How a set is written: with steps or without, folded along all axes or some.
import { HeorotError } from '../error/heorot-error.ts';

/** From how many members on a step (`1-7/2`) is written: a number, a share of the whole set, or only a step that has all (`auto`). */
export type Autostep = number | 'auto' | `${number}%`;

export interface FoldOptions {
  /** Default: no steps. */
  readonly autostep?: Autostep | undefined;
  /** The axes that may fold, counted from 1, or from the end with negative numbers; default: all. */
  readonly axis?: readonly number[] | undefined;
}

/** @throws HeorotError `usage` */
export function parseAutostep(text: string): Autostep {
  if (text === 'auto') return 'auto';
  const [, digits, percent] = /^(\d+)(%?)$/.exec(text) ?? [];
  const number = Number(digits);
  if (digits === undefined || (percent ? number > 100 : number < 2)) {
    throw new HeorotError('usage', `autostep '${text}' is not a threshold`, {
      hint: "give a number of nodes from 2 on, a share such as 50%, or 'auto'",
    });
  }
  return percent ? `${number}%` : number;
}

/**
 * Axes as `nodeset --axis` takes them: `1`, `-1`, `1,3`, `2-4`.
 * @throws HeorotError `usage`
 */
export function parseAxis(text: string): number[] {
  return text.split(',').flatMap((part) => {
    const [, first, last = first] = /^(-?\d+)(?:-(\d+))?$/.exec(part.trim()) ?? [];
    const count = Number(last) - Number(first) + 1;
    if (
      first === undefined ||
      Number(first) === 0 ||
      (part.startsWith('-') && last !== first) ||
      !(count >= 1 && count <= 255)
    ) {
      throw new HeorotError('usage', `axis '${text}' is not a list of axes`, {
        hint: 'axes count from 1, or from the end with -1; for example 1,3 or 2-4',
      });
    }
    return Array.from({ length: count }, (_, i) => Number(first) + i);
  });
}

/** The number of members from which a step is written, for a set of this size. */
export function stepThreshold(autostep: Autostep | undefined, size: bigint): number {
  if (autostep === undefined) return Number.POSITIVE_INFINITY;
  if (autostep === 'auto') return Number(size);
  if (typeof autostep === 'number') return autostep;
  return (Number(size) * Number.parseFloat(autostep)) / 100;
}

/** Axes counted from 0, those that a name of so many indices does not have left out. */
export function axesOf(axis: readonly number[], dimensions: number): ReadonlySet<number> {
  const axes = axis.map((number) => (number < 0 ? dimensions + number : number - 1));
  return new Set(axes.filter((number) => number >= 0 && number < dimensions));
}
