// Reads the history; leaves no trace in the state folder.
import type { Outcome } from '@heorot/fanout';
import { HeorotError } from '@heorot/inventory';
import { openForReading, StateError } from '@heorot/state';
import type { KeptOutput, Recipe, RecordedNode, RunHeader, RunRecord } from './run-record.ts';
import { migrations } from './schema.ts';

export interface HistoryReader extends Disposable {
  /** The newest first. */
  list(limit: number): readonly RunHeader[];
  /** @throws HeorotError `history-unknown` */
  run(id: number): RunRecord;
  /**
   * The newest run in which nodes did not end ok, unless a retry has already put it right: never an older one, which
   * nobody who types `--retry` has in mind.
   */
  lastFailed(): RunRecord | undefined;
  /** How nodes that were tried after `since` ended the last time. */
  lastTried(since: number): ReadonlyMap<string, { readonly at: number; readonly outcome: Outcome }>;
}

/**
 * An empty history where there is none yet.
 * @throws HeorotError `state-*`
 */
export function readHistory(path: string): HistoryReader {
  const database = open(path);
  const all = (sql: string, ...values: number[]): Row[] => database?.prepare(sql).all(...values) ?? [];
  const header = 'SELECT * FROM run';
  const record = (row: Row | undefined): RunRecord | undefined => {
    if (row === undefined) return undefined;
    const results = all(
      `SELECT result.*, o.bytes AS out_bytes, e.bytes AS err_bytes FROM result
         LEFT JOIN output o ON o.id = result.stdout LEFT JOIN output e ON e.id = result.stderr
       WHERE run = ? ORDER BY position`,
      Number(row['id']),
    );
    return { ...toHeader(row), results: results.map(toNode) };
  };
  return {
    list: (limit) => all(`${header} ORDER BY id DESC LIMIT ?`, limit).map(toHeader),
    run(id) {
      const found = record(all(`${header} WHERE id = ?`, id)[0]);
      if (found !== undefined) return found;
      throw new HeorotError('history-unknown', `no run ${id} in the history`, { hint: 'see dsh --history' });
    },
    lastFailed: () =>
      record(
        all(`${header} WHERE id = (SELECT max(id) FROM run WHERE good < total)
             AND NOT EXISTS (SELECT 1 FROM run AS later WHERE later.retry_of = run.id)`)[0],
      ),
    lastTried(since) {
      const tried = new Map<string, { at: number; outcome: Outcome }>();
      const rows = all(
        `SELECT node, outcome, started_at FROM result JOIN run ON run.id = result.run
         WHERE started_at >= ? ORDER BY run.id, position`,
        since,
      );
      for (const row of rows) {
        const outcome = toOutcome(row['outcome']);
        if (outcome.kind === 'skipped' || outcome.kind === 'cancelled') continue;
        tried.set(String(row['node']), { at: Number(row['started_at']), outcome });
      }
      return tried;
    },
    [Symbol.dispose]: () => database?.close(),
  };
}

type Row = Readonly<Record<string, unknown>>;

function open(path: string): ReturnType<typeof openForReading> {
  try {
    return openForReading(path, migrations.length);
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    const { code, message, hint } = error;
    throw new HeorotError(code, message, { ...(hint === undefined ? {} : { hint }), cause: error });
  }
}

function toHeader(row: Row): RunHeader {
  return {
    id: Number(row['id']),
    startedAt: Number(row['started_at']),
    elapsedMs: Number(row['elapsed_ms']),
    user: String(row['user']),
    recipe: toRecipe(row['recipe']),
    nodes: String(row['nodes']),
    total: Number(row['total']),
    good: Number(row['good']),
    retryOf: row['retry_of'] === null ? undefined : Number(row['retry_of']),
    stopped: typeof row['stopped'] === 'string' ? row['stopped'] : undefined,
  };
}

function toNode(row: Row): RecordedNode {
  return {
    node: String(row['node']),
    outcome: toOutcome(row['outcome']),
    elapsedMs: Number(row['elapsed_ms']),
    stdout: toOutput(row['out_bytes'], row['stdout_size']),
    stderr: toOutput(row['err_bytes'], row['stderr_size']),
  };
}

// Written by history-writer.ts alone, in a file of the user's own: read as it was written.
function toOutcome(json: unknown): Outcome {
  const outcome: Outcome = JSON.parse(String(json));
  return outcome;
}

function toRecipe(json: unknown): Recipe {
  const recipe: Recipe = JSON.parse(String(json));
  return recipe;
}

function toOutput(bytes: unknown, size: unknown): KeptOutput {
  return { bytes: bytes instanceof Uint8Array ? bytes : new Uint8Array(0), size: Number(size) };
}
