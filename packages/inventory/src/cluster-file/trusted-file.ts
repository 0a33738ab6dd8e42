// Reads files that may name commands or addresses only if nobody else could have written them, as ssh_config(5) demands.
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { HeorotError } from '../error/heorot-error.ts';

/** Who reads; undefined where the system has no user ids: ownership is then not checked. */
export type UserId = number | undefined;

/**
 * The text of a file that belongs to the user or to root and that only its owner can write.
 *
 * @throws HeorotError `file-missing`, `file-unreadable`, `file-not-trusted` (the hint is the command that cures it)
 */
export async function readTrustedFile(path: string, userId: UserId): Promise<string> {
  await using file = await openForReading(path);
  await assertTrusted(path, file, userId);
  return await file.readFile('utf8');
}

async function openForReading(path: string): Promise<FileHandle> {
  try {
    // O_NONBLOCK: a FIFO put in the place of the file must not hang us.
    return await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT' || codeOf(cause) === 'ENOTDIR') {
      throw new HeorotError('file-missing', `${path}: no such file`, { cause });
    }
    throw new HeorotError('file-unreadable', `${path}: cannot be read (${codeOf(cause)})`, { cause });
  }
}

// The open file is judged, not its name: nobody can exchange it between the look and the read.
async function assertTrusted(path: string, file: FileHandle, userId: UserId): Promise<void> {
  const stat = await file.stat();
  if (!stat.isFile()) throw new HeorotError('file-unreadable', `${path}: not a regular file`);
  if (userId === undefined) return;
  if (stat.uid !== userId && stat.uid !== 0) {
    throw new HeorotError(
      'file-not-trusted',
      `${path}: refused, it belongs to another user (uid ${stat.uid})`,
      {
        hint: `it can name commands to run; if you trust what it says: chown ${userId} ${shellQuote(path)}`,
      },
    );
  }
  if ((stat.mode & 0o022) !== 0) {
    const mode = (stat.mode & 0o777).toString(8).padStart(4, '0');
    throw new HeorotError('file-not-trusted', `${path}: refused, others can write it (mode ${mode})`, {
      hint: `chmod go-w ${shellQuote(path)}`,
    });
  }
}

function shellQuote(path: string): string {
  return /^[\w./@%+=:,-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
