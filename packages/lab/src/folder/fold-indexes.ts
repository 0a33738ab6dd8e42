// Folds ascending numbers the way node sets are written: `[1-5,8]`, a single number bare.

export function foldIndexes(indexes: readonly number[]): string {
  const ranges: { first: number; last: number }[] = [];
  for (const index of indexes) {
    const range = ranges.at(-1);
    if (range && range.last + 1 === index) range.last = index;
    else ranges.push({ first: index, last: index });
  }
  const text = ranges.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`)).join(',');
  return indexes.length === 1 ? text : `[${text}]`;
}
