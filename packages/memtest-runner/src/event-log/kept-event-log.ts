// The readings of a BMC's event log as the head keeps them beside what the node wrote: one JSON line each, the first before the run.

/** Among the files of a node; no name that a node writes. */
export const EVENT_LOG_FILE = 'bmc-event-log.head';

export function eventLogLine(entries: readonly string[]): Buffer {
  return Buffer.from(`${JSON.stringify(entries)}\n`);
}

/** Entries that came during the run; null: it was not read before and after. */
export function freshEntries(kept: Buffer | undefined): readonly string[] | null {
  const [before, ...after] = (kept?.toString('utf8') ?? '').split('\n').flatMap((line) => entriesIn(line));
  if (before === undefined || after.length === 0) return null;
  const known = new Set(before);
  return [...new Set(after.flat())].filter((entry) => !known.has(entry));
}

function entriesIn(line: string): readonly (readonly string[])[] {
  if (line === '') return [];
  const value: unknown = JSON.parse(line);
  return Array.isArray(value) ? [value.map(String)] : [];
}
