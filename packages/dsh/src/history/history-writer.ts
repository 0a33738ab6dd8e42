// Adds a finished run to the history and lets the oldest go. One transaction: a run is recorded whole or not at all.
import type { DatabaseSync } from 'node:sqlite';
import type { RunSummary } from '@heorot/fanout';
import { inTransaction, openDatabase } from '@heorot/state';
import type { OutputRecorder, RecordedOutput } from './output-recorder.ts';
import type { Recipe } from './run-record.ts';
import { migrations } from './schema.ts';

export interface FinishedRun {
  readonly recipe: Recipe;
  readonly user: string;
  /** Folded. */
  readonly nodes: string;
  readonly summary: RunSummary;
  readonly outputs: OutputRecorder;
  readonly retryOf: number | undefined;
}

export interface HistoryLimits {
  readonly runs: number;
  /** Rows of results in all runs together: large clusters have fewer runs in their history. */
  readonly results: number;
}

const historyLimits: HistoryLimits = { runs: 200, results: 1_000_000 };

/**
 * @returns the number of the run, for `--show`
 * @throws StateError, or SQLite's error as on a full disk: the caller turns it into a warning
 */
export async function recordRun(path: string, run: FinishedRun, limits = historyLimits): Promise<number> {
  using database = await openDatabase(path, migrations);
  return inTransaction(database, () => {
    const id = insertRun(database, run);
    insertResults(database, id, run);
    prune(database, id, limits);
    return id;
  });
}

function insertRun(database: DatabaseSync, { recipe, user, nodes, summary, retryOf }: FinishedRun): number {
  const good = summary.results.filter(({ outcome }) => outcome.kind === 'ok').length;
  const { lastInsertRowid } = database
    .prepare(
      `INSERT INTO run (started_at, elapsed_ms, user, recipe, nodes, total, good, retry_of, stopped)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      Math.round(summary.startedAt),
      Math.round(summary.elapsedMs),
      user,
      JSON.stringify(recipe),
      nodes,
      summary.results.length,
      good,
      retryOf ?? null,
      summary.stopped ?? null,
    );
  return Number(lastInsertRowid);
}

function insertResults(database: DatabaseSync, id: number, { summary, outputs }: FinishedRun): void {
  const insert = database.prepare('INSERT INTO result VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const keep = outputKeeper(database);
  for (const [position, { node, outcome, elapsedMs }] of summary.results.entries()) {
    const stdout = outputs.output(node, 'stdout');
    const stderr = outputs.output(node, 'stderr');
    const ended = [JSON.stringify(outcome), Math.round(elapsedMs)] as const;
    insert.run(
      id,
      position,
      node,
      ...ended,
      keep(stdout),
      stdout?.size ?? 0,
      keep(stderr),
      stderr?.size ?? 0,
    );
  }
}

/** Equal outputs are stored once, over all runs. */
function outputKeeper(database: DatabaseSync): (output: RecordedOutput | undefined) => number | null {
  const known = new Map<string, number>();
  const insert = database.prepare(
    'INSERT INTO output (digest, bytes) VALUES (?, ?) ON CONFLICT (digest) DO UPDATE SET digest = digest RETURNING id',
  );
  return (output) => {
    if (output === undefined || output.bytes.length === 0) return null;
    const key = output.digest.toString('latin1');
    const id = known.get(key) ?? Number(insert.get(output.digest, output.bytes)?.['id']);
    known.set(key, id);
    return id;
  };
}

/** The run just added always stays. */
function prune(database: DatabaseSync, newest: number, { runs, results }: HistoryLimits): void {
  const { changes } = database
    .prepare(
      `DELETE FROM run WHERE id < :newest AND id IN (
         SELECT id FROM (
           SELECT id, row_number() OVER (ORDER BY id DESC) AS place, sum(total) OVER (ORDER BY id DESC) AS sum FROM run
         ) WHERE place > :runs OR sum > :results)`,
    )
    .run({ newest, runs, results });
  if (changes === 0) return;
  database.exec(
    `DELETE FROM output WHERE NOT EXISTS (SELECT 1 FROM result WHERE stdout = output.id)
       AND NOT EXISTS (SELECT 1 FROM result WHERE stderr = output.id)`,
  );
}
