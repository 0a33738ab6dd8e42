// Names as people sort them: rack2 before rack10.

const collator = new Intl.Collator('en', { numeric: true });

/** For `toSorted`: numbers by value; equal ones (rack1, rack01) by their text, so that the order is always the same. */
export function naturalOrder(a: string, b: string): number {
  return collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}
