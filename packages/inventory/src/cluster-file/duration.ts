// Durations as people write them in the cluster file: the same words as on the command line.

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Milliseconds of `10` (seconds), `500ms`, `10s`, `2m`, `1h`, `1d`; undefined when it is no duration. */
export function parseDuration(text: string): number | undefined {
  const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?$/.exec(text.trim()) ?? [];
  if (number === undefined) return undefined;
  const factor = Object.entries(UNITS).find(([name]) => name === unit)?.[1] ?? 1000;
  return Math.round(Number(number) * factor);
}
