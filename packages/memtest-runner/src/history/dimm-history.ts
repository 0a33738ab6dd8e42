// Where a DIMM was, run by run, and what was counted on it: does the error follow the DIMM or stay with the slot?
import type { DatabaseSync } from 'node:sqlite';

export interface DimmPlace {
  readonly run: string;
  readonly at: string;
  readonly node: string;
  /** `serial …` of the machine. */
  readonly machine: string;
  readonly slot: string;
  readonly part: string | null;
  /** null: the node does not count. */
  readonly corrected: number | null;
  readonly uncorrected: number | null;
}

/** In the order of time. */
export function dimmHistory(database: DatabaseSync, serial: string, since: number): readonly DimmPlace[] {
  const rows = database
    .prepare(
      `SELECT result.run, started_at, node, machine.key, slot, part, corrected, uncorrected FROM dimm
         JOIN result ON result.id = dimm.result
         JOIN machine ON machine.id = dimm.machine
       WHERE serial = ? AND started_at >= ? ORDER BY started_at, slot`,
    )
    .all(serial, since);
  const count = (value: unknown): number | null => (typeof value === 'number' ? value : null);
  return rows.map((row) => ({
    run: String(row['run']),
    at: new Date(Number(row['started_at'])).toISOString(),
    node: String(row['node']),
    machine: String(row['key']),
    slot: String(row['slot']),
    part: typeof row['part'] === 'string' ? row['part'] : null,
    corrected: count(row['corrected']),
    uncorrected: count(row['uncorrected']),
  }));
}
