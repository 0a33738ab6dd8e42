// Where the history lies, and how it is opened.
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { HeorotError } from '@heorot/inventory';
import { openDatabase, openForReading, StateError, stateFolder } from '@heorot/state';
import { migrations } from './schema.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** `$XDG_STATE_HOME/heorot/memtest-runner.db`. */
export function historyPath(env: Environment): string {
  return join(stateFolder(env), 'memtest-runner.db');
}

/** For those who save runs. @throws HeorotError `state-*` */
export async function openHistory(env: Environment): Promise<DatabaseSync> {
  return await asHeorotErrors(async () => openDatabase(historyPath(env), migrations));
}

/** For those who only read; undefined where no run was saved yet. @throws HeorotError `state-*` */
export async function openHistoryForReading(env: Environment): Promise<DatabaseSync | undefined> {
  return await asHeorotErrors(async () => openForReading(historyPath(env), migrations.length));
}

/** For verbs that mean nothing without a run. @throws HeorotError `run-unknown`, `state-*` */
export async function openKeptHistory(env: Environment): Promise<DatabaseSync> {
  const database = await openHistoryForReading(env);
  if (database !== undefined) return database;
  throw new HeorotError('run-unknown', 'no run was kept yet', {
    hint: 'memtest-runner run -w SET --level quick',
  });
}

async function asHeorotErrors<Result>(open: () => Promise<Result>): Promise<Result> {
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    const { code, message, hint } = error;
    throw new HeorotError(code, message, { ...(hint === undefined ? {} : { hint }), cause: error });
  }
}
