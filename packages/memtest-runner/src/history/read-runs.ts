// Reads runs back from the history.
import type { DatabaseSync } from 'node:sqlite';
import { zstdDecompressSync } from 'node:zlib';
import { HeorotError, suggest } from '@heorot/inventory';
import type { NodeResult, RunResult } from '../model/run-result.ts';

/** A run as a list shows it. */
export interface KeptRun {
  /** Its row in the database. */
  readonly number: number;
  readonly id: string;
  readonly name: string | null;
  readonly level: string;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly nodeSet: string;
  readonly suspects: string;
  readonly nodeCount: number;
}

/** The newest first. */
export function listRuns(database: DatabaseSync, limit: number): readonly KeptRun[] {
  const rows = database.prepare('SELECT * FROM result ORDER BY started_at DESC, id DESC LIMIT ?').all(limit);
  return rows.map(keptRun);
}

/**
 * A run by its id, the beginning of it, or its name (the newest of that name); the newest of all without one.
 * @throws HeorotError `run-unknown`
 */
export function findRun(database: DatabaseSync, wanted: string | undefined): KeptRun {
  const runs = listRuns(database, -1);
  const [newest] = runs;
  if (newest === undefined) {
    throw new HeorotError('run-unknown', 'no run was kept yet', {
      hint: 'memtest-runner run -w SET --level quick',
    });
  }
  if (wanted === undefined) return newest;
  const exact = runs.find(({ id }) => id === wanted) ?? runs.find(({ name }) => name === wanted);
  if (exact !== undefined) return exact;
  const [match, ...others] = runs.filter(({ id }) => id.startsWith(wanted));
  if (match !== undefined && others.length === 0) return match;
  const known = runs.flatMap(({ id, name }) => (name === null ? [id] : [id, name]));
  const near = suggest(wanted, known);
  throw new HeorotError(
    'run-unknown',
    match === undefined ? `no run ${wanted} in the history` : `more than one run begins with ${wanted}`,
    {
      hint:
        near === undefined
          ? 'see memtest-runner history'
          : `did you mean ${near}? see memtest-runner history`,
    },
  );
}

/** The whole result. @throws HeorotError `run-unknown` */
export function readRun(database: DatabaseSync, { number, id }: KeptRun): RunResult {
  const head = database.prepare('SELECT document FROM result WHERE id = ?').get(number);
  if (head === undefined) throw new HeorotError('run-unknown', `run ${id} is gone from the history`);
  const rows = database
    .prepare('SELECT document FROM node_result WHERE result = ? ORDER BY position')
    .all(number);
  // Written by save-run.ts alone, in a file of the user's own: read as it was written.
  const rest: Omit<RunResult, 'nodes'> = JSON.parse(unpacked(head['document']));
  const nodes = rows.map((row): NodeResult => JSON.parse(unpacked(row['document'])));
  return { ...rest, nodes };
}

function keptRun(row: Readonly<Record<string, unknown>>): KeptRun {
  const text = (name: string): string | null => (typeof row[name] === 'string' ? row[name] : null);
  return {
    number: Number(row['id']),
    id: String(row['run']),
    name: text('name'),
    level: String(row['level']),
    startedAt: Number(row['started_at']),
    endedAt: row['ended_at'] === null ? null : Number(row['ended_at']),
    nodeSet: String(row['node_set']),
    suspects: String(row['suspects']),
    nodeCount: Number(row['node_count']),
  };
}

function unpacked(blob: unknown): string {
  if (!(blob instanceof Uint8Array)) throw new Error('a document of the history is no blob');
  return zstdDecompressSync(blob).toString('utf8');
}
