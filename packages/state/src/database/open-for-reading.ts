// Opens a database for verbs that write nothing: no file, no -wal, no -shm appears by reading.
import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { databaseError, refuseNewer, versionOf } from './database-error.ts';

/**
 * A reader of the database, or undefined where there is none yet (or an older release wrote it: open it for writing once).
 *
 * @param version the number of migrations the caller knows
 * @throws StateError `state-corrupt`, `state-newer`, `state-unusable`
 */
export function openForReading(path: string, version: number): DatabaseSync | undefined {
  if (!existsSync(path)) return undefined;
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(locationOf(path), { readOnly: true, timeout: 5000 });
    const found = versionOf(database);
    refuseNewer(path, found, version);
    if (found === version) return database;
    database.close();
    return undefined;
  } catch (error) {
    if (database?.isOpen === true) database.close();
    throw databaseError(path, error);
  }
}

/**
 * A read-only connection to a WAL file creates -wal and -shm and cannot remove them. Nobody writes while there is no
 * -wal file, and then SQLite may be told that the file does not change (https://www.sqlite.org/wal.html#readonly).
 */
function locationOf(path: string): string | URL {
  if (existsSync(`${path}-wal`)) return path;
  const url = pathToFileURL(path);
  url.searchParams.set('immutable', '1');
  return url;
}
