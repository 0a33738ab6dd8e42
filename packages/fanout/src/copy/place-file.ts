// Files of a fetch on this machine: grown beside their end, hidden, and renamed when they are whole. Never through a
// link: what a node sent earlier must not lead elsewhere.
import { createHash, type Hash } from 'node:crypto';
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { chmod, lstat, lutimes, mkdir, rename, rm, symlink, utimes } from 'node:fs/promises';
import { HeorotError } from '@heorot/inventory';
import { type ByteName, bytesOf, joinNames, parentOf, shownName } from './byte-name.ts';
import { type FileEntry, type LinkEntry, partPath } from './tree-entry.ts';

/** A file that is being received. */
export class IncomingFile implements Disposable {
  readonly entry: FileEntry;
  readonly #part: Buffer;
  readonly #final: Buffer;
  readonly #descriptor: number;
  readonly #hash: Hash = createHash('sha256');
  #size: number;

  /** @param from bytes of an earlier part that are kept; 0 begins anew */
  constructor(root: ByteName, entry: FileEntry, from: number) {
    this.entry = entry;
    this.#part = bytesOf(joinNames(root, partPath(entry)));
    this.#final = bytesOf(joinNames(root, entry.path));
    this.#size = from;
    const fresh = from === 0 ? constants.O_TRUNC : 0;
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW | fresh;
    this.#descriptor = onDisk(this.#part, () => openSync(this.#part, flags, 0o600));
  }

  get size(): number {
    return this.#size;
  }

  write(piece: Buffer): void {
    this.#hash.update(piece);
    onDisk(this.#part, () => {
      for (let at = 0; at < piece.length; ) at += writeSync(this.#descriptor, piece, at);
    });
    this.#size += piece.length;
  }

  /** SHA-256 of what was written since it was opened. */
  digest(): string {
    return this.#hash.copy().digest('hex');
  }

  async commit(): Promise<void> {
    const { mode, modifiedAt } = this.entry;
    await chmod(this.#part, mode);
    await utimes(this.#part, modifiedAt, modifiedAt);
    await rename(this.#part, this.#final);
  }

  async remove(): Promise<void> {
    await rm(this.#part, { force: true });
  }

  [Symbol.dispose](): void {
    closeSync(this.#descriptor);
  }
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

function onDisk<Result>(path: Buffer, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new HeorotError('fetch-place', `'${path.toString('utf8')}' cannot be written: ${why}`, {
      hint: 'free some space, or fetch into another folder',
      cause: error,
    });
  }
}
