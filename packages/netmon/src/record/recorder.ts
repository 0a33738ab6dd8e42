// Writes a recording. Readings wait in memory until a block is full; a process that is killed loses at most these open
// blocks, never what was written, and the file opens as it is.
import type { DatabaseSync } from 'node:sqlite';
import { HeorotError } from '@heorot/inventory';
import type { Reading } from '../model/reading.ts';
import type { NetEvent } from '../model/sample.ts';
import { cellsOf, encodeBlock, encodeRows } from './block.ts';
import { printBlockKey, sameBlockKey } from './block-key.ts';
import { OpenRows } from './open-rows.ts';
import { readBlock } from './read-block.ts';
import { openRecordingFile } from './recording-file.ts';

export interface RecorderOptions {
  /** Readings of a node in a block: more compress better, fewer are lost by a crash. Default 300. */
  readonly blockReadings?: number;
  /** A block is full, too, when its first reading is so old: where readings are rare. Default five minutes. */
  readonly blockMs?: number;
  /** Blocks and events that ended longer ago are removed; default never. Time is that of the newest reading. */
  readonly retainMs?: number;
}

/** So many blocks of a node that share a key are joined to one: small blocks lose little by a crash, large ones are small. */
const joinedBlocks = 6;

/** Blocks in the file that wait for others to be joined with. */
interface Joinable {
  readonly key: number;
  readonly blocks: readonly number[];
}

interface OpenBlock {
  readonly rows: OpenRows;
  /** The latest: what all have in common is taken from it. */
  latest: Reading;
  /** Arrivals, in ms. */
  firstMs: number;
  lastMs: number;
  readonly limit: number;
}

interface WrittenBlock {
  readonly node: string;
  readonly key: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly readings: number;
  readonly data: Uint8Array;
}

/** Successive multiples of it spread evenly over 0 to 1. */
const goldenRatio = 0.618_033_988_75;

/** @throws HeorotError `recording-unusable` */
export function openRecorder(path: string, options: RecorderOptions = {}): Recorder {
  return new Recorder(openRecordingFile(path), path, options);
}

export class Recorder implements Disposable {
  readonly #database: DatabaseSync;
  readonly #path: string;
  readonly #blockReadings: number;
  readonly #blockMs: number;
  readonly #retainMs: number;
  readonly #open = new Map<string, OpenBlock>();
  /** Nodes that have had a block. */
  readonly #begun = new Set<string>();
  readonly #joinable = new Map<string, Joinable>();
  #full: OpenBlock[] = [];
  #events: NetEvent[] = [];
  #newestMs = 0;

  constructor(database: DatabaseSync, path: string, options: RecorderOptions = {}) {
    const { blockReadings = 300, blockMs = 300_000, retainMs = Infinity } = options;
    this.#database = database;
    this.#path = path;
    this.#blockReadings = Math.max(1, blockReadings);
    this.#blockMs = blockMs;
    this.#retainMs = retainMs;
  }

  /** Readings of a node in the order of their arrival. */
  append(reading: Reading): void {
    const block = this.#open.get(reading.node);
    if (block !== undefined && sameBlockKey(block.latest, reading)) extend(block, reading);
    else {
      if (block !== undefined) this.#full.push(block);
      this.#begin(reading, this.#limitOf(reading.node));
    }
    this.#newestMs = Math.max(this.#newestMs, reading.arrivedMs);
    this.#closeFull(reading.node);
    if (this.#full.length > 0) this.#write();
  }

  #begin(reading: Reading, limit: number): void {
    const at = Math.round(reading.arrivedMs);
    const block: OpenBlock = { rows: new OpenRows(), latest: reading, firstMs: at, lastMs: at, limit };
    extend(block, reading);
    this.#open.set(reading.node, block);
  }

  #closeFull(node: string): void {
    const block = this.#open.get(node);
    if (block === undefined) return;
    if (block.rows.count < block.limit && block.lastMs - block.firstMs < this.#blockMs) return;
    this.#full.push(block);
    this.#open.delete(node);
  }

  /** Nodes start together; their blocks must not end together, or the head stands still while it compresses them all. */
  #limitOf(node: string): number {
    if (this.#begun.has(node)) return this.#blockReadings;
    const share = (this.#begun.size * goldenRatio) % 1;
    this.#begun.add(node);
    return Math.max(1, Math.ceil(this.#blockReadings * (0.5 + share / 2)));
  }

  appendEvent(event: NetEvent): void {
    this.#events.push(event);
  }

  /** Events alone: open blocks of readings stay open. */
  writeEvents(): void {
    if (this.#events.length > 0) this.#write();
  }

  /** Writes what waits, open blocks too: for an orderly pause, and before the end. */
  flush(): void {
    this.#full.push(...this.#open.values());
    this.#open.clear();
    this.#write();
  }

  /** Without writing what waits: after a failure. Leaves one file without a log beside it where there is room for that. */
  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  /** Flushes and closes. */
  [Symbol.dispose](): void {
    try {
      this.flush();
    } finally {
      this.close();
    }
  }

  #write(): void {
    const database = this.#database;
    try {
      database.exec('BEGIN IMMEDIATE');
      for (const block of this.#full) this.#writeBlock(block);
      for (const event of this.#events) this.#writeEvent(event);
      if (Number.isFinite(this.#retainMs)) this.#removeOlder(this.#newestMs - this.#retainMs);
      database.exec('COMMIT');
    } catch (error) {
      // A full disk makes SQLite roll back by itself.
      if (database.isTransaction) database.exec('ROLLBACK');
      throw writeError(this.#path, error);
    }
    this.#full = [];
    this.#events = [];
  }

  #writeBlock({ rows, latest, firstMs, lastMs }: OpenBlock): void {
    const key = this.#idOf('keys', 'text', printBlockKey(latest));
    const data = encodeRows(rows.rows(), latest);
    const block = this.#insert({ node: latest.node, key, firstMs, lastMs, readings: rows.count, data });
    const before = this.#joinable.get(latest.node);
    const joinable = before?.key === key ? before.blocks : [];
    this.#joinable.set(latest.node, { key, blocks: [...joinable, block] });
    if (joinable.length + 1 === joinedBlocks) this.#join(latest.node, key, [...joinable, block]);
  }

  #insert({ node, key, firstMs, lastMs, readings, data }: WrittenBlock): number {
    const { lastInsertRowid } = this.#database
      .prepare('INSERT INTO blocks (node, key, first, last, readings, data) VALUES (?, ?, ?, ?, ?, ?)')
      .run(this.#idOf('nodes', 'name', node), key, firstMs, lastMs, readings, data);
    return Number(lastInsertRowid);
  }

  /** Within the transaction: a crash leaves either the small blocks or the large one. */
  #join(node: string, key: number, blocks: readonly number[]): void {
    this.#joinable.delete(node);
    const present = blocks.flatMap((id) => readBlock(this.#database, id, node) ?? []);
    // Some of them may be older than what is retained, and gone.
    if (present.length < joinedBlocks) return;
    const readings = present.flatMap((rows) => [...rows]);
    const arrivals = readings.map(({ arrivedMs }) => arrivedMs);
    for (const id of blocks) this.#database.prepare('DELETE FROM blocks WHERE id = ?').run(id);
    const [firstMs, lastMs] = [Math.min(...arrivals), Math.max(...arrivals)];
    this.#insert({ node, key, firstMs, lastMs, readings: readings.length, data: encodeBlock(readings) });
  }

  #writeEvent({ time, node, event, detail, interface: on }: NetEvent): void {
    this.#database
      .prepare('INSERT INTO events (time, node, event, detail, interface) VALUES (?, ?, ?, ?, ?)')
      .run(Date.parse(time), node, event, detail, on);
  }

  #idOf(table: 'nodes' | 'keys', column: 'name' | 'text', value: string): number {
    this.#database.prepare(`INSERT OR IGNORE INTO ${table} (${column}) VALUES (?)`).run(value);
    return Number(this.#database.prepare(`SELECT id FROM ${table} WHERE ${column} = ?`).get(value)?.['id']);
  }

  /** SQLite uses the room again: a recording with an end to its memory stops growing. */
  #removeOlder(beforeMs: number): void {
    this.#database.prepare('DELETE FROM blocks WHERE last < ?').run(Math.floor(beforeMs));
    this.#database.prepare('DELETE FROM events WHERE time < ?').run(Math.floor(beforeMs));
    this.#database.exec('DELETE FROM keys WHERE id NOT IN (SELECT key FROM blocks)');
  }
}

function extend(block: OpenBlock, reading: Reading): void {
  const at = Math.round(reading.arrivedMs);
  block.rows.append(cellsOf(reading));
  block.latest = reading;
  block.firstMs = Math.min(block.firstMs, at);
  block.lastMs = Math.max(block.lastMs, at);
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
