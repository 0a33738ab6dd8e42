// The secret in a file, so that it stays the same over restarts and is in no command line.
import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { HeorotError } from '@heorot/inventory';

/** What may stand in a URL and a cookie without being escaped. */
const tokenForm = /^[\w.~-]{16,256}$/;

export function randomToken(): string {
  return randomBytes(24).toString('base64url');
}

/**
 * Reads the token; makes the file, for its owner alone, where there is none.
 * @throws HeorotError `token-file` for one that others can read or that holds no token
 */
export async function tokenOfFile(path: string): Promise<string> {
  try {
    await using file = await open(path, 'wx', 0o600);
    const token = randomToken();
    await file.writeFile(`${token}\n`);
    return token;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  return await readTokenFile(path);
}

/** As {@link tokenOfFile}, of a file that must be there. */
export async function readTokenFile(path: string): Promise<string> {
  await using file = await open(path, 'r');
  if (((await file.stat()).mode & 0o077) !== 0) {
    throw new HeorotError('token-file', `${path}: others can read the token`, { hint: `chmod 600 ${path}` });
  }
  const token = (await file.readFile('utf8')).trim();
  if (!tokenForm.test(token)) {
    throw new HeorotError('token-file', `${path}: no token of 16 to 256 letters, digits, - . _ ~`, {
      hint: `remove it, and netmon serve makes a new one`,
    });
  }
  return token;
}
