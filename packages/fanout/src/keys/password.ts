// Where a password may come from: a person, a file descriptor or a private file. Never argv, never the environment.
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { HeorotError } from '@heorot/inventory';

export type PasswordSource =
  | { readonly kind: 'prompt'; readonly ask: () => Promise<string> }
  | { readonly kind: 'descriptor'; readonly descriptor: number }
  | { readonly kind: 'file'; readonly path: string };

/**
 * The first line of what the source holds.
 * @throws HeorotError `password-unreadable`, `password-file-unsafe`, `password-empty`
 */
export async function readPassword(
  source: PasswordSource,
  uid: number = process.getuid?.() ?? 0,
): Promise<string> {
  const [password = ''] = (await readSource(source, uid)).split(/\r?\n/);
  if (password === '')
    throw new HeorotError('password-empty', `the password from the ${source.kind} is empty`);
  return password;
}

async function readSource(source: PasswordSource, uid: number): Promise<string> {
  if (source.kind === 'prompt') return source.ask();
  return source.kind === 'descriptor' ? readDescriptor(source.descriptor) : readPrivateFile(source.path, uid);
}

async function readDescriptor(descriptor: number): Promise<string> {
  try {
    return await text(createReadStream('', { fd: descriptor, autoClose: false }));
  } catch (error) {
    throw new HeorotError('password-unreadable', `file descriptor ${descriptor} cannot be read`, {
      cause: error,
    });
  }
}

/** What others can read is no secret; what others own they can change, and learn what is sent where. */
async function readPrivateFile(path: string, uid: number): Promise<string> {
  try {
    await using file = await open(path, 'r');
    const { mode, uid: owner } = await file.stat();
    if (owner !== uid && owner !== 0) {
      throw new HeorotError('password-file-unsafe', `the password file '${path}' belongs to user ${owner}`, {
        hint: 'it must belong to you or to root',
      });
    }
    if ((mode & 0o077) !== 0) {
      throw new HeorotError('password-file-unsafe', `others can read the password file '${path}'`, {
        hint: `chmod 600 ${path}`,
      });
    }
    return await file.readFile('utf8');
  } catch (error) {
    if (error instanceof HeorotError) throw error;
    throw new HeorotError('password-unreadable', `password file '${path}' cannot be read`, { cause: error });
  }
}
