// What is usual among peers.

/** The value that more than half of at least three peers have; null if there is none. */
export function mode(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  if (known.length < 3) return null;
  const groups = [...Map.groupBy(known, (value) => value).values()];
  const largest = groups.reduce((best, each) => (each.length > best.length ? each : best), []);
  return largest.length * 2 > known.length ? (largest[0] ?? null) : null;
}

/** Of at least three; null for fewer. */
export function median(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null).toSorted((a, b) => a - b);
  return known.length < 3 ? null : (known[known.length >> 1] ?? null);
}
