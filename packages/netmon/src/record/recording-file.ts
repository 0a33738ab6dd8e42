// The SQLite file of a recording: blocks, their keys, events, and the traffic of hours and
// minutes. One file to copy; a block is in it whole or not at all.
import { closeSync, existsSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { HeorotError } from '@heorot/inventory';
import { hoursTable } from './hours-table.ts';

/** `netm` in the application_id of the file (sqlite.org/pragma.html#pragma_application_id). */
const applicationId = 0x6e65746d;
/** 1 and 2 were never released. */
const formatVersion = 3;

/** Blocks are some kB: with pages of 4 kB a third of the file would be slack. */
const pageSize = 1024;

const tables = `
CREATE TABLE keys (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
CREATE TABLE nodes (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE blocks (
  id INTEGER PRIMARY KEY, node INTEGER NOT NULL, key INTEGER NOT NULL,
  first INTEGER NOT NULL, last INTEGER NOT NULL, readings INTEGER NOT NULL, data BLOB NOT NULL
);
CREATE INDEX blocks_by_node ON blocks (node, first);
CREATE INDEX blocks_by_time ON blocks (first);
CREATE INDEX blocks_by_key ON blocks (key);
CREATE TABLE longest (ms INTEGER NOT NULL);
INSERT INTO longest VALUES (0);
CREATE TABLE events (time INTEGER NOT NULL, node TEXT NOT NULL, event TEXT NOT NULL, detail TEXT NOT NULL, interface TEXT);
CREATE INDEX events_by_time ON events (time);
${hoursTable}`;

/**
 * Opens a recording to go on with it, or makes a new one that only its owner can read.
 * @throws HeorotError `recording-unusable`
 */
export function openRecordingFile(path: string): DatabaseSync {
  return guarded(path, () => {
    closeSync(openSync(path, 'a', 0o600));
    const database = new DatabaseSync(path, { timeout: 5000 });
    try {
      database.exec(`PRAGMA page_size = ${pageSize}; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL`);
      if (isEmpty(database)) {
        database.exec(
          `BEGIN IMMEDIATE; ${tables} PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${formatVersion}; COMMIT`,
        );
      }
      checkFormat(database, path);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

/**
 * Opens a recording to read it, also while it is being written.
 * @throws HeorotError `recording-missing`, `recording-unusable`
 */
export function openRecordingForReading(path: string): DatabaseSync {
  if (!existsSync(path)) {
    throw new HeorotError('recording-missing', `no recording ${path}`, {
      hint: 'make one with: netmon record -o FILE',
    });
  }
  return guarded(path, () => {
    const database = new DatabaseSync(locationOf(path), { readOnly: true, timeout: 5000 });
    try {
      checkFormat(database, path);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

/** Nobody writes while there is no log beside it, and then reading need create nothing (sqlite.org/wal.html#readonly). */
function locationOf(path: string): string | URL {
  if (existsSync(`${path}-wal`)) return path;
  const url = pathToFileURL(path);
  url.searchParams.set('immutable', '1');
  return url;
}

function guarded(path: string, open: () => DatabaseSync): DatabaseSync {
  try {
    return open();
  } catch (error) {
    if (error instanceof HeorotError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new HeorotError('recording-unusable', `cannot open recording ${path}: ${why}`, { cause: error });
  }
}

function isEmpty(database: DatabaseSync): boolean {
  return numberIn(database.prepare('SELECT count(*) AS value FROM sqlite_schema').get()) === 0;
}

function checkFormat(database: DatabaseSync, path: string): void {
  const id = numberIn(database.prepare('SELECT application_id AS value FROM pragma_application_id').get());
  const version = numberIn(database.prepare('SELECT user_version AS value FROM pragma_user_version').get());
  if (id !== applicationId)
    throw new HeorotError('recording-unusable', `${path} is not a recording of netmon`);
  if (version !== formatVersion) {
    throw new HeorotError(
      'recording-unusable',
      `${path} is a recording of format ${version}; this is ${formatVersion}`,
      {
        hint: 'read it with the release that wrote it, or with a newer one',
      },
    );
  }
}

function numberIn(row: Record<string, unknown> | undefined): number {
  return Number(row?.['value'] ?? 0);
}
