// What stands between brackets: `1-3,05-10,20-40/5`.
import { add, type Rank } from './rank.ts';
import { boundsOf, type Run } from './runs.ts';
import type { Bounds } from './set-operation.ts';

/** Reports a fault at an offset of the text that was given to {@link parseRanges}. */
export type Fail = (offset: number, problem: string, hint?: string) => never;

/** A range with a step, or with digits behind it, is kept member by member: more of them than this are refused. */
export const LARGEST_ENUMERATED_RANGE = 1_000_000;

const BLANK = /^[ \t\r\n]*$/;
const RANGE = /^[ \t\r\n]*(\d+)(?:-(\d+)(?:\/(\d+))?)?[ \t\r\n]*$/;

export function parseRanges(text: string, fail: Fail): Bounds {
  const runs: Run[] = [];
  let offset = 0;
  for (const item of text.split(',')) {
    const match = RANGE.exec(item);
    if (match)
      readRange(match, runs, (_, problem, hint) => fail(offset + leadingBlanks(item), problem, hint));
    else refuse(item, (at, problem, hint) => fail(offset + at, problem, hint));
    offset += item.length + 1;
  }
  return boundsOf(runs);
}

function readRange([, from = '', to = from, step = '1']: RegExpExecArray, runs: Run[], fail: Fail): void {
  if (from.length !== to.length && (isPadded(from) || isPadded(to))) {
    const width = Math.max(from.length, to.length);
    fail(
      0,
      `'${from}-${to}' pads its ends differently`,
      `write ${from.padStart(width, '0')}-${to.padStart(width, '0')}`,
    );
  }
  const [first, last, stride] = [numberOf(from), numberOf(to), numberOf(step)];
  if (stride === 0) fail(0, `step 0 in '${from}-${to}/${step}'`);
  if (first > last) fail(0, `'${from}-${to}' runs backwards`, `write ${to}-${from}`);
  // Without padding the widths grow with the numbers; padded, both ends have the same.
  for (let width = from.length; width <= to.length; width++) {
    const least = isPadded(from) || width === from.length ? first : numberOf(`1${'0'.repeat(width - 1)}`);
    const most = width === to.length ? last : numberOf('9'.repeat(width));
    if (stride === 1) runs.push({ width, first: least, last: most });
  }
  if (stride !== 1) readSteps(from.length, first, last, stride, runs, fail);
}

function readSteps(width: number, first: Rank, last: Rank, stride: Rank, runs: Run[], fail: Fail): void {
  if ((BigInt(last) - BigInt(first)) / BigInt(stride) >= LARGEST_ENUMERATED_RANGE) {
    fail(0, 'range too large', `a range with a step may have ${LARGEST_ENUMERATED_RANGE} members at most`);
  }
  for (let member = first; member <= last; member = add(member, stride)) {
    runs.push({ width: Math.max(width, String(member).length), first: member, last: member });
  }
}

function refuse(item: string, fail: Fail): never {
  if (BLANK.test(item)) fail(0, 'empty range', 'write a number, or a range such as 1-3');
  const lead = leadingBlanks(item);
  if (item[lead] === '-') fail(lead, `negative index '${item.trim()}'`, 'indices are whole numbers from 0');
  if (/^\s*\d+\/\d*\s*$/.test(item))
    fail(item.indexOf('/'), 'a step without a range', 'write a step as 0-10/2');
  const end = /^\s*\d+-?(?:(?<=-)\d+\/?)?/.exec(item)?.[0].length ?? lead;
  fail(end, `'${item.trim()}' is not a range of whole numbers`, 'write 1-3, 01-10 or 0-10/2');
}

function leadingBlanks(item: string): number {
  return item.length - item.trimStart().length;
}

function isPadded(digits: string): boolean {
  return digits.length > 1 && digits.startsWith('0');
}

function numberOf(digits: string): Rank {
  return digits.length <= 15 ? Number(digits) : narrowed(digits);
}

function narrowed(digits: string): Rank {
  const number = Number(digits);
  return Number.isSafeInteger(number) ? number : BigInt(digits);
}
