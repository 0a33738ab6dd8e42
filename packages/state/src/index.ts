// Public surface of state: XDG folders, SQLite files, locks and atomic writes.
export { inTransaction, type Migrations, openDatabase } from './database/open-database.ts';
export { openForReading } from './database/open-for-reading.ts';
export { StateError } from './error/state-error.ts';
export { type WriteOptions, writeFileAtomically } from './file/write-file-atomically.ts';
export { makeFolder } from './folders/make-folder.ts';
export { cacheFolder, makePrivateFolder, stateFolder } from './folders/state-folders.ts';
export { type LockOptions, withLock } from './lock/with-lock.ts';
