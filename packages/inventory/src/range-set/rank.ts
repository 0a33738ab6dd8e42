// Every string of digits has a rank: its place among all of them, shorter ones first, then by value:
// '0'..'9' are 0..9, '00'..'99' are 10..109, '000' is 110. An index is its text (1, 01 and 001 are three nodes),
// and sets of indices become sets of whole numbers whose natural order is the one node sets are printed in.

/** A rank, or a difference of ranks: a number while it is safe, a bigint beyond (indices of 16 and more digits). */
export type Rank = number | bigint;

/** The longest texts whose ranks are all safe numbers. */
const SAFE_WIDTH = 15;
/** `firstRank[w]` is the rank of the first text of width `w`, '0' repeated: (10^w - 10) / 9. */
const FIRST_RANK = Array.from({ length: SAFE_WIDTH + 2 }, (_, width) => (10 ** width - 10) / 9);

/** @param digits one or more ASCII digits */
export function rankOf(digits: string): Rank {
  return rankOfValue(digits.length, digits.length <= SAFE_WIDTH ? Number(digits) : BigInt(digits));
}

/** The rank of `value` written with `width` digits; `width` must be large enough for it. */
export function rankOfValue(width: number, value: Rank): Rank {
  return add(firstRank(width), value);
}

export function textOf(rank: Rank): string {
  const width = widthOf(rank);
  return String(subtract(rank, firstRank(width))).padStart(width, '0');
}

/** How many digits the text of this rank has. */
export function widthOf(rank: Rank): number {
  if (typeof rank === 'bigint') return (rank * 9n + 10n).toString().length - 1;
  let width = 1;
  while (width <= SAFE_WIDTH && rank >= firstRank(width + 1)) width++;
  return width;
}

export function firstRank(width: number): Rank {
  return FIRST_RANK[width] ?? narrow((10n ** BigInt(width) - 10n) / 9n);
}

export function add(a: Rank, b: Rank): Rank {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return narrow(BigInt(a) + BigInt(b));
}

export function subtract(a: Rank, b: Rank): Rank {
  if (typeof a === 'number' && typeof b === 'number') {
    const difference = a - b;
    if (Number.isSafeInteger(difference)) return difference;
  }
  return narrow(BigInt(a) - BigInt(b));
}

/** A number wherever it is exact, so that equal ranks are `===`. */
function narrow(value: bigint): Rank {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
