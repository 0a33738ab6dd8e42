// One process at a time: a lock that the kernel takes back when its holder dies, so none is ever stale.
// Node has no flock(2); SQLite's file locks (fcntl(2)) are within reach and work on the same file systems as its databases.
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { reasonOf, StateError } from '../error/state-error.ts';
import { makePrivateFolder } from '../folders/state-folders.ts';

export interface LockOptions {
  /** How long to wait for the present holder; 0 by default: fail at once. */
  readonly waitMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Runs `action` while this process alone holds the lock file at `path` (made where missing, left in place).
 *
 * @throws StateError `lock-held` when another holder keeps it; whatever `action` throws
 * @example await withLock(join(stateFolder(env, 'clone'), 'deploy.lock'), () => deploy());
 */
export async function withLock<Result>(
  path: string,
  action: () => Result | Promise<Result>,
  options: LockOptions = {},
): Promise<Result> {
  await makePrivateFolder(dirname(path));
  using _held = await acquire(path, options);
  return await action();
}

async function acquire(path: string, { waitMs = 0, signal }: LockOptions): Promise<DatabaseSync> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    const held = tryLock(path);
    if (held !== undefined) return held;
    if (performance.now() >= deadline) {
      throw new StateError('lock-held', `another process holds ${path}`, {
        hint: 'wait for it to end, or see who it is: fuser ' + path,
      });
    }
    await sleep(50, undefined, signal === undefined ? {} : { signal });
  }
}

/** Undefined when somebody else holds the lock. */
function tryLock(path: string): DatabaseSync | undefined {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: 0 });
    // Nothing is ever written, so no journal is needed beside the lock file.
    database.exec('PRAGMA journal_mode = OFF; BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database?.close();
    if (isBusy(error)) return undefined;
    throw new StateError('state-unusable', `cannot lock ${path}: ${reasonOf(error)}`, { cause: error });
  }
}

function isBusy(error: unknown): boolean {
  const SQLITE_BUSY = 5;
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === SQLITE_BUSY;
}
