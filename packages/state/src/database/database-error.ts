// Turns what SQLite and the system say about a database file into one sentence and a way out.
import type { DatabaseSync } from 'node:sqlite';
import { reasonOf, StateError } from '../error/state-error.ts';

// https://www.sqlite.org/rescode.html
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

export function databaseError(path: string, error: unknown): StateError {
  if (error instanceof StateError) return error;
  if (isCorrupt(error)) {
    return new StateError('state-corrupt', `${path} is not a usable database: ${reasonOf(error)}`, {
      hint: `move it away, a new one is made: mv ${path} ${path}.broken`,
      cause: error,
    });
  }
  return new StateError('state-unusable', `cannot use ${path}: ${reasonOf(error)}`, {
    hint: 'check its owner, the free space and that no other program holds it',
    cause: error,
  });
}

/** The number of migrations a file has seen. */
export function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
}

export function refuseNewer(path: string, found: number, known: number): void {
  if (found <= known) return;
  throw new StateError(
    'state-newer',
    `${path} was written by a newer release (format ${found}, this one knows ${known})`,
    {
      hint: 'run the newer release, or move the file away to start afresh',
    },
  );
}

function isCorrupt(error: unknown): boolean {
  if (!(error instanceof Error) || !('errcode' in error)) return false;
  // Extended codes keep the primary one in their low byte.
  const primary = Number(error.errcode) & 0xff;
  return primary === SQLITE_CORRUPT || primary === SQLITE_NOTADB;
}
