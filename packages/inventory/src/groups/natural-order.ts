// Names as people sort them: rack2 before rack10.

/** Made when first needed: it costs 7 ms, which every start-up would pay. */
let collator: Intl.Collator | undefined;

/** For `toSorted`: numbers by value; equal ones (rack1, rack01) by their text, so that the order is always the same. */
export function naturalOrder(a: string, b: string): number {
  collator ??= new Intl.Collator('en', { numeric: true });
  return collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}
