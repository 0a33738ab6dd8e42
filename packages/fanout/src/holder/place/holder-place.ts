// Where the holder's socket lies, and who may be there: a folder of mode 0700 of the user's own, held open by its
// descriptor, so that what was checked is what is used even if somebody renames folders above it.
//
// Who is kept out: every other user of this machine (root aside, who needs no socket to act as us). Who cannot enter the
// folder cannot reach the socket; who puts a folder of his own in its place fails the check of its owner; who could
// still get a socket of his under our eyes does not know the secret, and so neither a run nor the holder talks to him.
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, link, mkdir, open, stat, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { HeorotError } from '@heorot/inventory';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface HolderPlace extends AsyncDisposable {
  /** For people. */
  readonly path: string;
  /** A file of the folder by a name that is short (sun_path of unix(7) has 107 characters) and cannot be led astray. */
  file(name: string): string;
  readonly secret: Buffer;
}

const secretBytes = 32;

/**
 * The place where a holder of this user listens; undefined where there has never been one.
 * @throws HeorotError `holder-place` when the folder or the secret is not ours alone
 */
export async function findHolderPlace(env: Environment): Promise<HolderPlace | undefined> {
  const path = await folderOf(env);
  if (path === undefined) return undefined;
  const folder = await openFolder(path);
  if (folder === undefined) return undefined;
  const secret = await readSecret(folder, path).catch(async (error: unknown) => {
    await folder.close();
    throw error;
  });
  if (secret !== undefined) return placeOf(path, folder, secret);
  await folder.close();
  return undefined;
}

/**
 * As {@link findHolderPlace}; what is missing is made.
 * @throws HeorotError `holder-place`
 */
export async function makeHolderPlace(env: Environment): Promise<HolderPlace> {
  const path = await folderOf(env);
  if (path === undefined) throw refused('no folder for the holder', 'set XDG_RUNTIME_DIR or HOME');
  await makeFolders(path);
  const folder = await openFolder(path);
  if (folder === undefined) throw refused(`${path} vanished`, 'try again');
  try {
    await makeSecret(folder);
    const secret = await readSecret(folder, path);
    if (secret === undefined) throw refused(`the secret in ${path} vanished`, 'try again');
    return placeOf(path, folder, secret);
  } catch (error) {
    await folder.close();
    throw error;
  }
}

function placeOf(path: string, folder: FileHandle, secret: Buffer): HolderPlace {
  return { path, secret, file: (name) => within(folder, name), [Symbol.asyncDispose]: () => folder.close() };
}

/** `$XDG_RUNTIME_DIR` if it is ours (after `su` it is another's), else the state folder, apart for each head node. */
async function folderOf(env: Environment): Promise<string | undefined> {
  const { XDG_RUNTIME_DIR: runtime, XDG_STATE_HOME: state, HOME: home } = env;
  if (runtime !== undefined && isAbsolute(runtime)) {
    const facts = await stat(runtime).catch(() => undefined);
    if (facts?.isDirectory() === true && facts.uid === process.geteuid?.())
      return join(runtime, 'heorot-holder');
  }
  const name = join('heorot', `holder-${hostname()}`);
  if (state !== undefined && isAbsolute(state)) return join(state, name);
  return home !== undefined && isAbsolute(home) ? join(home, '.local', 'state', name) : undefined;
}

async function makeFolders(path: string): Promise<void> {
  const make = (folder: string) =>
    mkdir(folder, { mode: 0o700 }).then(
      () => 'made' as const,
      (error: unknown) => codeOf(error),
    );
  const missing: string[] = [];
  let at = path;
  for (let answer = await make(at); answer === 'ENOENT' && dirname(at) !== at; answer = await make(at)) {
    missing.push(at);
    at = dirname(at);
  }
  for (const folder of missing.toReversed()) {
    const answer = await make(folder);
    if (answer !== 'made' && answer !== 'EEXIST')
      throw refused(`cannot make ${folder}: ${answer}`, `ls -ld ${dirname(folder)}`);
  }
}

/** Undefined when it is not there. */
async function openFolder(path: string): Promise<FileHandle | undefined> {
  const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;
  const folder = await open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW).catch((error: unknown) => {
    const code = codeOf(error);
    if (code === 'ENOENT') return undefined;
    throw refused(`the holder's folder ${path} cannot be used: ${code}`, `ls -ld ${path}`);
  });
  if (folder === undefined) return undefined;
  const { uid, mode } = await folder.stat();
  if (uid === process.geteuid?.() && (mode & 0o077) === 0) return folder;
  await folder.close();
  const whose =
    uid === process.geteuid?.() ? `has mode 0${(mode & 0o777).toString(8)}` : `belongs to user ${uid}`;
  throw refused(
    `the holder's folder ${path} ${whose}: no holder is used`,
    `ls -ld ${path}; it must be yours, of mode 0700`,
  );
}

/** Written elsewhere and linked: it is there whole or not at all, and the first one stays. */
async function makeSecret(folder: FileHandle): Promise<void> {
  const draft = within(folder, `secret.${process.pid}.${randomBytes(4).toString('hex')}`);
  const { O_WRONLY, O_CREAT, O_EXCL } = constants;
  await using file = await open(draft, O_WRONLY | O_CREAT | O_EXCL, 0o600);
  await file.writeFile(randomBytes(secretBytes));
  await link(draft, within(folder, 'secret')).catch((error: unknown) => {
    if (codeOf(error) !== 'EEXIST') throw error;
  });
  await unlink(draft);
}

async function readSecret(folder: FileHandle, path: string): Promise<Buffer | undefined> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const file = await open(within(folder, 'secret'), O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(
    (error: unknown) => {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw refused(`the holder's secret in ${path} cannot be read: ${codeOf(error)}`, `ls -l ${path}`);
    },
  );
  if (file === undefined) return undefined;
  await using _ = file;
  const facts = await file.stat();
  const ours = facts.isFile() && facts.uid === process.geteuid?.() && (facts.mode & 0o077) === 0;
  if (!ours || facts.size !== secretBytes) {
    throw refused(`the holder's secret in ${path} is not yours alone: no holder is used`, `rm -r ${path}`);
  }
  return file.readFile();
}

/** proc(5): through the descriptor, whatever the folder is called by now. */
const within = (folder: FileHandle, name: string): string => `/proc/self/fd/${folder.fd}/${name}`;

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

function refused(message: string, hint: string): HeorotError {
  return new HeorotError('holder-place', message, { hint });
}
