// What a recorder does to the file: one transaction a write, with the blocks that are full, their traffic by minutes, events,
// and what is too old. A process that is killed leaves all of a write or nothing.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { HeorotError } from '@heorot/inventory';
import type { Reading } from '../model/reading.ts';
import type { NetEvent } from '../model/sample.ts';
import type { MinuteSums } from '../traffic/minute-sums.ts';
import { addToHours, removeOldTraffic } from './hours-table.ts';
import { readBlock } from './read-block.ts';

export interface FullBlock {
  readonly node: string;
  /** Text of its key. */
  readonly key: string;
  /** Arrivals, in ms. */
  readonly firstMs: number;
  readonly lastMs: number;
  readonly readings: number;
  readonly data: Uint8Array;
  /** Of its readings, each with the interval before it. */
  readonly traffic: MinuteSums;
}

/** So many blocks of a node that share a key become one row: rows have slack, and a query is over fewer of them. */
const joinedBlocks = 6;
/** Not over a time in which the node was away: rows stay short. */
const joinedGapMs = 600_000;
/** Minutes are kept four times as long as readings, hours fifty times: for a week, a month and a year. */
const minutesKept = 4;
const hoursKept = 50;
/** What is too old is looked for so often, in recorded time. */
const removeEveryMs = 10_000;

/** Blocks in the file that wait for others to be joined with. */
interface Joinable {
  readonly key: number;
  readonly blocks: readonly number[];
  readonly lastMs: number;
}

export class RecordingWriter {
  readonly #database: DatabaseSync;
  readonly #path: string;
  readonly #retainMs: number;
  readonly #statements = new Map<string, StatementSync>();
  readonly #joinable = new Map<string, Joinable>();
  #removedMs = Number.NEGATIVE_INFINITY;

  constructor(database: DatabaseSync, path: string, retainMs: number) {
    this.#database = database;
    this.#path = path;
    this.#retainMs = retainMs;
  }

  /** @throws HeorotError `recording-unwritable`; then nothing of it is in the file */
  write(blocks: readonly FullBlock[], events: readonly NetEvent[], newestMs: number): void {
    const database = this.#database;
    try {
      database.exec('BEGIN IMMEDIATE');
      for (const block of blocks) this.#writeBlock(block);
      for (const event of events) this.#writeEvent(event);
      if (newestMs - this.#removedMs >= removeEveryMs) this.#removeOlder(newestMs);
      database.exec('COMMIT');
    } catch (error) {
      // A full disk makes SQLite roll back by itself.
      if (database.isTransaction) database.exec('ROLLBACK');
      throw writeError(this.#path, error);
    }
  }

  /** The last reading of a node that is in the file, without its host; undefined where there is none, or it is damaged. */
  lastReading(node: string): Reading | undefined {
    const row = this.#statement(
      `SELECT blocks.id AS id FROM blocks JOIN nodes ON nodes.id = blocks.node
         WHERE nodes.name = ? ORDER BY first DESC LIMIT 1`,
    ).get(node);
    if (row === undefined) return undefined;
    try {
      return [...(readBlock(this.#database, Number(row['id']), node, { wanted: 'traffic' }) ?? [])].at(-1);
    } catch (error) {
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  }

  /** Leaves one file without a log beside it where there is room for that. */
  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  #writeBlock(block: FullBlock): void {
    const node = this.#idOf('nodes', 'name', block.node);
    const key = this.#idOf('keys', 'text', block.key);
    addToHours(this.#database, node, block.traffic);
    const id = this.#insert(node, key, block);
    const before = this.#joinable.get(block.node);
    const near = before?.key === key && Math.abs(block.firstMs - before.lastMs) <= joinedGapMs;
    const blocks = [...(near ? before.blocks : []), id];
    if (blocks.length < joinedBlocks) {
      this.#joinable.set(block.node, { key, blocks, lastMs: block.lastMs });
      return;
    }
    this.#joinable.delete(block.node);
    this.#join(blocks);
  }

  #insert(
    node: number,
    key: number,
    block: Pick<FullBlock, 'firstMs' | 'lastMs' | 'readings' | 'data'>,
  ): number {
    const { lastInsertRowid } = this.#statement(
      'INSERT INTO blocks (node, key, first, last, readings, data) VALUES (?, ?, ?, ?, ?, ?)',
    ).run(node, key, block.firstMs, block.lastMs, block.readings, block.data);
    // So far before a moment a block may begin that has it.
    const lengthMs = block.lastMs - block.firstMs;
    this.#statement('UPDATE longest SET ms = ? WHERE ms < ?').run(lengthMs, lengthMs);
    return Number(lastInsertRowid);
  }

  #join(ids: readonly number[]): void {
    const select = this.#statement('SELECT node, key, first, last, readings, data FROM blocks WHERE id = ?');
    const rows = ids.map((id) => select.get(id)).filter((row) => row !== undefined);
    // Some of them may be older than what is retained, and gone.
    if (rows.length < ids.length) return;
    const numbers = (name: string) => rows.map((row) => Number(row[name]));
    this.#insert(Number(rows[0]?.['node']), Number(rows[0]?.['key']), {
      firstMs: Math.min(...numbers('first')),
      lastMs: Math.max(...numbers('last')),
      readings: numbers('readings').reduce((sum, each) => sum + each, 0),
      data: Buffer.concat(rows.flatMap(({ data }) => (data instanceof Uint8Array ? [data] : []))),
    });
    for (const id of ids) this.#statement('DELETE FROM blocks WHERE id = ?').run(id);
  }

  #writeEvent({ time, node, event, detail, interface: on }: NetEvent): void {
    this.#statement('INSERT INTO events (time, node, event, detail, interface) VALUES (?, ?, ?, ?, ?)').run(
      Date.parse(time),
      node,
      event,
      detail,
      on,
    );
  }

  #idOf(table: 'nodes' | 'keys', column: 'name' | 'text', value: string): number {
    this.#statement(`INSERT OR IGNORE INTO ${table} (${column}) VALUES (?)`).run(value);
    return Number(this.#statement(`SELECT id FROM ${table} WHERE ${column} = ?`).get(value)?.['id']);
  }

  /** SQLite uses the room again: a recording with an end to its memory stops growing. */
  #removeOlder(newestMs: number): void {
    const retainMs = this.#retainMs;
    if (!Number.isFinite(retainMs)) return;
    this.#removedMs = newestMs;
    const beforeMs = Math.floor(newestMs - retainMs);
    const { changes } = this.#statement('DELETE FROM blocks WHERE first < ? AND last < ?').run(
      beforeMs,
      beforeMs,
    );
    if (Number(changes) > 0) {
      this.#statement('DELETE FROM keys WHERE NOT EXISTS (SELECT 1 FROM blocks WHERE key = keys.id)').run();
    }
    const hoursBeforeMs = newestMs - hoursKept * retainMs;
    removeOldTraffic(this.#database, newestMs - minutesKept * retainMs, hoursBeforeMs);
    this.#statement('DELETE FROM events WHERE time < ?').run(Math.floor(hoursBeforeMs));
  }

  #statement(text: string): StatementSync {
    const known = this.#statements.get(text);
    if (known !== undefined) return known;
    const prepared = this.#database.prepare(text);
    this.#statements.set(text, prepared);
    return prepared;
  }
}

/** SQLITE_FULL (sqlite.org/rescode.html): no room on the disk. */
const diskFull = 13;

function writeError(path: string, error: unknown): HeorotError {
  const full = error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === diskFull;
  const why = full ? 'no room left on the disk' : error instanceof Error ? error.message : String(error);
  return new HeorotError(
    'recording-unwritable',
    `cannot write to recording ${path}: ${why}; what was written before is kept`,
    {
      ...(full ? { hint: 'make room, or keep less: netmon record --retain 1d' } : {}),
      cause: error,
    },
  );
}
