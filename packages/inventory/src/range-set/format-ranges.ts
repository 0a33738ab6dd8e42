// Ranges as text: `1-3,5`, zero padding kept apart (`3,01-02`), steps where they are asked for (`1-7/2`).
import { add, type Rank, subtract } from './rank.ts';
import { type Run, runsOf } from './runs.ts';
import type { Bounds } from './set-operation.ts';

/**
 * @param stepFrom from how many members on a step is written; default: never
 * @example formatRanges(bounds of 1, 3, 5 and 8, 3) // '1-5/2,8'
 */
export function formatRanges(bounds: Bounds, stepFrom = Number.POSITIVE_INFINITY): string {
  const texts: string[] = [];
  for (const progression of progressions(bounds, stepFrom)) texts.push(textOf(progression));
  return texts.join(',');
}

/** Members `first`, `first + step`, … `last`; a single one has step 0. `width` is that of the first. */
interface Progression extends Run {
  readonly step: Rank;
}

function textOf({ width, first, last, step }: Progression): string {
  const start = String(first).padStart(width, '0');
  if (first === last) return start;
  const end = String(last).padStart(width, '0');
  return step === 1 ? `${start}-${end}` : `${start}-${end}/${step}`;
}

function* progressions(bounds: Bounds, stepFrom: number): Generator<Progression> {
  let held: Progression | undefined;
  for (const run of joinedRuns(bounds)) {
    if (stepFrom === Number.POSITIVE_INFINITY) {
      yield { ...run, step: run.first === run.last ? 0 : 1 };
      continue;
    }
    // One member at a time until the run itself is what is held: its first may end a progression before it.
    let next: Rank = run.first;
    while (next <= run.last) {
      const { done, left } = take(held, run.width, next, stepFrom);
      yield* done;
      held = left.step === 1 ? { ...left, last: run.last } : left;
      next = add(held.last, 1);
    }
  }
  if (held) yield* settle(held, stepFrom);
}

/** Greedy from the left: a member goes on with the progression held, or ends it. */
function take(
  held: Progression | undefined,
  width: number,
  member: Rank,
  stepFrom: number,
): { done: readonly Progression[]; left: Progression } {
  const alone = { width, first: member, last: member, step: 0 };
  if (!held) return { done: [], left: alone };
  const step = subtract(member, held.last);
  if (!continues(held, width, member)) return { done: settle(held, stepFrom), left: alone };
  if (held.step === 0 || held.step === step) return { done: [], left: { ...held, last: member, step } };
  if (held.step === 1 || countOf(held) >= stepFrom) return { done: [held], left: alone };
  // Not enough members for a step: the last may begin the next one.
  const members = settle(held, stepFrom);
  return { done: members.slice(0, -1), left: { ...last(members, alone), last: member, step } };
}

/** What is held, as it is to be written: whole, or member by member. */
function settle(held: Progression, stepFrom: number): readonly Progression[] {
  if (held.step === 0 || held.step === 1 || countOf(held) >= stepFrom) return [held];
  return Array.from({ length: countOf(held) }, (_, i) => {
    const member = add(held.first, Number(held.step) * i);
    return { width: Math.max(held.width, String(member).length), first: member, last: member, step: 0 };
  });
}

function countOf({ first, last, step }: Progression): number {
  return Number(subtract(last, first)) / Number(step) + 1;
}

/** Runs joined where numbers without padding grow a digit: `9` and `10`. */
function* joinedRuns(bounds: Bounds): Generator<Run> {
  let held: Run | undefined;
  for (const run of runsOf(bounds)) {
    if (held && run.first === add(held.last, 1) && continues(held, run.width, run.first)) {
      held = { ...held, last: run.last };
      continue;
    }
    if (held) yield held;
    held = run;
  }
  if (held) yield held;
}

/** Whether `first-member` would be read back with these widths: all of one width, or none of them padded. */
function continues(held: Run, width: number, member: Rank): boolean {
  return (
    width === held.width || (isPlain(held.width, held.first) && isPlain(width, member) && member > held.last)
  );
}

function isPlain(width: number, value: Rank): boolean {
  return String(value).length === width;
}

function last<Item>(items: readonly Item[], otherwise: Item): Item {
  return items.at(-1) ?? otherwise;
}
