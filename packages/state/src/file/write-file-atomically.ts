// Replaces a file so that a reader, or a crash, sees the old content or the new one and nothing between.
import { randomBytes } from 'node:crypto';
import { open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

export interface WriteOptions {
  /** Permission bits of a new file; 0644 by default. */
  readonly mode?: number;
}

/**
 * Writes beside the target, flushes to disk, renames over it. The neighbour is removed when anything fails. What is no file, such as
 * /dev/stdout or a pipe, is written to as it is: to rename over it would take it away.
 * @throws the system's error (`ENOSPC`, `EACCES`, ...); the target is then untouched
 */
export async function writeFileAtomically(
  path: string,
  content: string | Uint8Array,
  { mode = 0o644 }: WriteOptions = {},
): Promise<void> {
  const target = await stat(path).catch(() => undefined);
  if (target !== undefined && !target.isFile() && !target.isDirectory()) return writeFile(path, content);
  const beside = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.part`);
  try {
    await using file = await open(beside, 'wx', mode);
    await file.writeFile(content);
    await file.sync();
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    // The name beside it says nothing to who asked for the target.
    if (error instanceof Error) error.message = error.message.replaceAll(beside, path);
    throw error;
  }
}
