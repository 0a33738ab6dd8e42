// SQLite files of the tools: private, in WAL mode, brought up to date by numbered migrations.
// Opening for reading is apart (open-for-reading.ts): it must neither create nor migrate anything.
import { closeSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { makePrivateFolder } from '../folders/state-folders.ts';
import { databaseError, refuseNewer, versionOf } from './database-error.ts';

/** SQL scripts; `migrations[n]` takes a file from `user_version` n to n + 1. Only ever append to them. */
export type Migrations = readonly string[];

const busyTimeoutMs = 5000;

/**
 * Opens a database for writing; creates it and its folder where missing.
 *
 * @throws StateError `state-corrupt`, `state-newer` (written by a newer release), `state-unusable`, `state-folder`
 * @example using database = await openDatabase(join(stateFolder(env), 'dsh.db'), [createRuns]);
 */
export async function openDatabase(path: string, migrations: Migrations): Promise<DatabaseSync> {
  await makePrivateFolder(dirname(path));
  let database: DatabaseSync | undefined;
  try {
    createPrivately(path);
    database = new DatabaseSync(path, { timeout: busyTimeoutMs, enableForeignKeyConstraints: true });
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    migrate(database, path, migrations);
    return database;
  } catch (error) {
    database?.close();
    throw databaseError(path, error);
  }
}

/**
 * Runs `action` in one write transaction: all of it is kept or nothing.
 * @throws whatever `action` throws, after rolling back
 */
export function inTransaction<Result>(database: DatabaseSync, action: () => Result): Result {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = action();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    // A full disk makes SQLite roll back by itself; a second rollback would hide the reason.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/** SQLite takes the mode of -wal and -shm from the file itself, so only the file must be made with care. */
function createPrivately(path: string): void {
  closeSync(openSync(path, 'a', 0o600));
}

/** Two tools may start at once: the version is read again under the write lock. */
function migrate(database: DatabaseSync, path: string, migrations: Migrations): void {
  refuseNewer(path, versionOf(database), migrations.length);
  if (versionOf(database) === migrations.length) return;
  inTransaction(database, () => {
    for (const migration of migrations.slice(versionOf(database))) database.exec(migration);
    database.exec(`PRAGMA user_version = ${migrations.length}`);
  });
}
