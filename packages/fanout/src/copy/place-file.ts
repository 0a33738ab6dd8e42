// Files of a fetch on this machine: grown beside their end, hidden, and renamed when they are whole. Never through a
// link: what a node sent earlier must not lead elsewhere.
import { createHash, type Hash } from 'node:crypto';
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { chmod, lstat, lutimes, mkdir, rename, rm, symlink, utimes } from 'node:fs/promises';
import { HeorotError } from '@heorot/inventory';
import { type ByteName, bytesOf, joinNames, parentOf, shownName } from './byte-name.ts';
import { type FileEntry, type LinkEntry, partPath } from './tree-entry.ts';

/** A small file that is being received. */
export class IncomingFile implements Disposable {
  readonly entry: FileEntry;
  readonly #part: ByteName;
  readonly #descriptor: number;
  readonly #hash: Hash = createHash('sha256');
  #size = 0;

  constructor(root: ByteName, entry: FileEntry) {
    this.entry = entry;
    this.#part = joinNames(root, partPath(entry));
    this.#descriptor = openPart(root, entry, 0);
  }

  get size(): number {
    return this.#size;
  }

  write(piece: Buffer): void {
    this.#hash.update(piece);
    try {
      for (let at = 0; at < piece.length; ) at += writeSync(this.#descriptor, piece, at);
    } catch (error) {
      throw cannotWrite(this.#part, error);
    }
    this.#size += piece.length;
  }

  /** SHA-256 of what was written. */
  digest(): string {
    return this.#hash.copy().digest('hex');
  }

  [Symbol.dispose](): void {
    closeSync(this.#descriptor);
  }
}

/**
 * Opens a file's part for appending.
 * @param from bytes of an earlier part that are kept; 0 begins anew
 */
export function openPart(root: ByteName, entry: FileEntry, from: number): number {
  const part = joinNames(root, partPath(entry));
  const fresh = from === 0 ? constants.O_TRUNC : 0;
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW | fresh;
  try {
    return openSync(bytesOf(part), flags, 0o600);
  } catch (error) {
    throw cannotWrite(part, error);
  }
}

/** A whole part takes its file's name. */
export async function commitPart(root: ByteName, entry: FileEntry): Promise<void> {
  const part = bytesOf(joinNames(root, partPath(entry)));
  await chmod(part, entry.mode);
  await utimes(part, entry.modifiedAt, entry.modifiedAt);
  await rename(part, bytesOf(joinNames(root, entry.path)));
}

export async function removePart(root: ByteName, entry: FileEntry): Promise<void> {
  await rm(bytesOf(joinNames(root, partPath(entry))), { force: true });
}

export function cannotWrite(path: ByteName, error: unknown): HeorotError {
  const why = error instanceof Error ? error.message : String(error);
  return new HeorotError('fetch-place', `'${shownName(path)}' cannot be written: ${why}`, {
    hint: 'free some space, or fetch into another folder',
    cause: error,
  });
}

/** Makes a folder, unless it is there; one that is a link is refused. */
export async function placeFolder(path: ByteName): Promise<'made' | 'was there'> {
  const made = await mkdir(bytesOf(path), { recursive: true, mode: 0o700 }).catch(() => undefined);
  const facts = await lstat(bytesOf(path)).catch(() => undefined);
  if (facts?.isDirectory() === true) return made === undefined ? 'was there' : 'made';
  throw new HeorotError(
    'fetch-place',
    `'${shownName(path)}' cannot be made a folder: ${facts === undefined ? 'no access' : 'it is something else'}`,
    {
      hint: 'move it away, or fetch into another folder',
    },
  );
}

export async function placeLink(
  root: ByteName,
  { path, modifiedAt }: LinkEntry,
  target: ByteName,
): Promise<void> {
  const final = joinNames(root, path);
  const temporary = bytesOf(joinNames(parentOf(final), `.heorot-${crypto.randomUUID()}.part`));
  await symlink(bytesOf(target), temporary);
  await lutimes(temporary, modifiedAt, modifiedAt);
  await rename(temporary, bytesOf(final));
}
