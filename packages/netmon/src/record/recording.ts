// Reads a recording: the readings of one node or of all, in the order in which they arrived, and the events.
import type { DatabaseSync, SQLInputValue, SQLOutputValue } from 'node:sqlite';
import { HeorotError } from '@heorot/inventory';
import type { Reading } from '../model/reading.ts';
import { type NetEvent, type NetEventName, netEventName } from '../model/sample.ts';
import { hourMs } from '../traffic/minute-sums.ts';
import type { Resolution } from '../traffic/traffic.ts';
import { readHours, readMinutes, type TrafficSpan } from './hours-table.ts';
import { readBlock } from './read-block.ts';
import type { Wanted } from './reading-cells.ts';
import { openRecordingForReading } from './recording-file.ts';

/** Times in ms since 1970, both ends included. */
export interface RecordingQuery {
  readonly nodes?: readonly string[];
  readonly fromMs?: number;
  readonly toMs?: number;
  /** Of readings: `traffic` tells nothing of their host, and is faster. Default all. */
  readonly wanted?: Wanted;
}

export interface EventQuery extends RecordingQuery {
  /** Only events of these names; default all. */
  readonly names?: readonly NetEventName[];
}

/** @throws HeorotError `recording-missing`, `recording-unusable` */
export function openRecording(path: string): Recording {
  return new Recording(openRecordingForReading(path), path);
}

interface BlockRow {
  readonly id: number;
  readonly node: string;
  readonly first: number;
}

export class Recording implements Disposable {
  readonly #database: DatabaseSync;
  readonly #path: string;
  #readers = 0;

  constructor(database: DatabaseSync, path: string) {
    this.#database = database;
    this.#path = path;
  }

  nodes(): readonly string[] {
    return this.#rows(
      `SELECT name FROM nodes WHERE EXISTS (SELECT 1 FROM blocks WHERE node = nodes.id)
         OR EXISTS (SELECT 1 FROM hours WHERE node = nodes.id) ORDER BY name`,
    ).map((row) => String(row['name']));
  }

  /**
   * From the first to the last reading or event; undefined for an empty recording.
   * @param of `readings`: not before the first reading that is kept, though minutes, hours and events may be
   */
  span(of: 'all' | 'readings' = 'all'): { readonly fromMs: number; readonly toMs: number } | undefined {
    const [row] = this.#rows(
      `SELECT min(first) AS first, max(last) AS last FROM
       (SELECT min(first) AS first, NULL AS last FROM blocks
        UNION ALL SELECT NULL, max(last) FROM blocks WHERE first >= (SELECT max(first) FROM blocks) - (SELECT ms FROM longest)
        UNION ALL SELECT min(time), max(time) FROM events)`,
    );
    const first = row?.['first'];
    if (first === null || first === undefined) return undefined;
    const toMs = Number(row?.['last']);
    if (of === 'readings') return { fromMs: Math.max(Number(first), this.since('readings') ?? 0), toMs };
    const removed = this.since('hours');
    return { fromMs: Math.min(Number(first), removed ?? Infinity), toMs };
  }

  /** From when on it is known so finely: readings make room for minutes, minutes for hours. Undefined where it never is. */
  since(resolution: Resolution): number | undefined {
    const readings = this.#least('SELECT min(first) AS least FROM blocks');
    if (resolution === 'readings') return readings;
    const hour = this.#least(
      resolution === 'hours'
        ? 'SELECT min(hour) AS least FROM hours'
        : 'SELECT min(hour) AS least FROM hours WHERE minutes IS NOT NULL',
    );
    if (hour === undefined) return undefined;
    // An hour begins before its first reading.
    const begunMs = hour * hourMs;
    return readings !== undefined && begunMs + hourMs > readings ? readings : begunMs;
  }

  /**
   * Of the hours or minutes of a node that touch a span of time, in order; those of which nothing is known are left out.
   * @throws HeorotError `recording-damaged`
   */
  traffic(
    node: string,
    resolution: 'minutes' | 'hours',
    { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  ): readonly TrafficSpan[] {
    const read = resolution === 'hours' ? readHours : readMinutes;
    return this.#guarded(`traffic of ${node}`, () => read(this.#database, node, fromMs, toMs));
  }

  /**
   * Merged by arrival. Memory holds one compressed block a node, and one reading of it.
   * @throws HeorotError `recording-damaged` with the block
   */
  *readings(query: RecordingQuery = {}): Generator<Reading> {
    this.#beginReading();
    try {
      yield* this.#merged(query);
    } finally {
      this.#endReading();
    }
  }

  *#merged(query: RecordingQuery): Generator<Reading> {
    const { toMs = Number.MAX_SAFE_INTEGER } = query;
    const waiting = [...this.#blocks(query)].toReversed();
    // In the order of what each would give next.
    const open: Cursor[] = [];
    for (;;) {
      const block = waiting.at(-1);
      const next = open[0];
      if (block !== undefined && (next === undefined || block.first <= next.arrivedMs)) {
        waiting.pop();
        this.#advance(open, block, this.#decode(block, query));
        continue;
      }
      if (next === undefined) return;
      open.shift();
      const { reading } = next;
      // What comes behind it in its block is later still.
      if (reading.arrivedMs > toMs) continue;
      yield reading;
      this.#advance(open, next.block, next.rows);
    }
  }

  /** A snapshot: a recorder that joins or removes blocks meanwhile takes none away from who reads them. */
  #beginReading(): void {
    if (this.#readers === 0) this.#database.exec('BEGIN');
    this.#readers++;
  }

  #endReading(): void {
    this.#readers--;
    // Nothing was written; and a COMMIT reads, which fails where a page is damaged.
    if (this.#readers === 0 && this.#database.isOpen) this.#database.exec('ROLLBACK');
  }

  /** In the order of time. */
  events({ nodes, names, fromMs = 0, toMs = Number.MAX_SAFE_INTEGER }: EventQuery = {}): readonly NetEvent[] {
    return this.#rows(
      `SELECT * FROM events WHERE time BETWEEN ? AND ? AND (?3 IS NULL OR node IN (SELECT value FROM json_each(?3)))
         AND (?4 IS NULL OR event IN (SELECT value FROM json_each(?4))) ORDER BY time, rowid`,
      Math.floor(fromMs),
      Math.ceil(toMs),
      jsonOf(nodes),
      jsonOf(names),
    ).map((row): NetEvent => {
      const on = row['interface'];
      return {
        type: 'event',
        node: String(row['node']),
        event: netEventName(String(row['event'])),
        detail: String(row['detail']),
        time: new Date(Number(row['time'])).toISOString(),
        interface: typeof on === 'string' ? on : null,
      };
    });
  }

  /**
   * Time between two readings of a node, in ms, to two figures: the median of the blocks about that time. Undefined where
   * no node has two readings.
   */
  intervalMs(aboutMs: number): number | undefined {
    const lengths = this.#rows(
      `SELECT (last - first) * 1.0 / (readings - 1) AS length FROM (SELECT * FROM
         (SELECT first, last, readings FROM blocks WHERE first <= ?1 AND readings > 1 ORDER BY first DESC LIMIT 51)
         UNION ALL SELECT * FROM
         (SELECT first, last, readings FROM blocks WHERE first > ?1 AND readings > 1 ORDER BY first LIMIT 50))
         WHERE last > first`,
      Math.round(aboutMs),
    )
      .map((row) => Number(row['length']))
      .toSorted((one, other) => one - other);
    const middle = lengths[lengths.length >> 1];
    return middle === undefined ? undefined : Number(middle.toPrecision(2));
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }

  *#blocks({ nodes, fromMs = 0, toMs = Number.MAX_SAFE_INTEGER }: RecordingQuery): Generator<BlockRow> {
    const rows = this.#rows(
      `SELECT blocks.id AS id, nodes.name AS node, first FROM blocks JOIN nodes ON nodes.id = blocks.node
         WHERE first BETWEEN ?1 - (SELECT ms FROM longest) AND ?2 AND last >= ?1 AND (?3 IS NULL OR nodes.name IN (SELECT value FROM json_each(?3)))
         ORDER BY first, blocks.id`,
      Math.floor(fromMs),
      Math.ceil(toMs),
      jsonOf(nodes),
    );
    for (const row of rows) {
      yield { id: Number(row['id']), node: String(row['node']), first: Number(row['first']) };
    }
  }

  #least(query: string): number | undefined {
    const least = this.#rows(query)[0]?.['least'];
    return least === null || least === undefined ? undefined : Number(least);
  }

  /** @throws HeorotError `recording-damaged` where SQLite itself finds its pages damaged */
  #rows(query: string, ...values: readonly SQLInputValue[]): readonly Record<string, SQLOutputValue>[] {
    try {
      return this.#database.prepare(query).all(...values);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new HeorotError('recording-damaged', `cannot read recording ${this.#path}: ${why}`, {
        hint: 'what can be saved of it: sqlite3 FILE .recover | sqlite3 NEW-FILE',
        cause: error,
      });
    }
  }

  #decode(block: BlockRow, query: RecordingQuery): Iterator<Reading> {
    return this.#guarded(
      nameOf(block),
      () => readBlock(this.#database, block.id, block.node, query) ?? [].values(),
    );
  }

  /** Puts the next reading of a block in its place among those that are open. */
  #advance(open: Cursor[], block: BlockRow, rows: Iterator<Reading>): void {
    const { done, value: reading } = this.#guarded(nameOf(block), () => rows.next());
    if (done !== true) insert(open, { block, rows, reading, arrivedMs: reading.arrivedMs });
  }

  #guarded<Result>(what: string, read: () => Result): Result {
    try {
      return read();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new HeorotError('recording-damaged', `${this.#path}: ${what}: ${why}`, {
        cause: error,
      });
    }
  }
}

function nameOf({ id, node }: BlockRow): string {
  return `block ${id} of ${node}`;
}

/** For json_each. */
function jsonOf(names: readonly string[] | undefined): string | null {
  return names === undefined ? null : JSON.stringify(names);
}

/** A place in a block. */
interface Cursor {
  readonly block: BlockRow;
  /** What comes behind it. */
  readonly rows: Iterator<Reading>;
  readonly reading: Reading;
  readonly arrivedMs: number;
}

/** After all that arrived no later, so that equal times stay in the order of the file. */
function insert(open: Cursor[], cursor: Cursor): void {
  let [low, high] = [0, open.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((open[middle]?.arrivedMs ?? 0) <= cursor.arrivedMs) low = middle + 1;
    else high = middle;
  }
  open.splice(low, 0, cursor);
}
