// Blobs by their digest in an OCI image layout (github.com/opencontainers/image-spec, image-layout.md): written beside,
// flushed, then renamed, so that a blob is whole or not there.
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { HeorotError } from '@heorot/inventory';

/** What a descriptor of OCI says of a blob. */
export interface Descriptor {
  readonly mediaType: string;
  /** `sha256:` and 64 hex digits. */
  readonly digest: string;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Where half-written blobs stand until they are whole; left-overs of an interrupted writer may be deleted. */
export const partsFolder = 'parts';

/** The path of a blob in a layout. @throws HeorotError `image-digest` for anything that is no sha256 digest */
export function blobPath(layout: string, digest: string): string {
  const hex = /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1];
  if (hex === undefined) throw new HeorotError('image-digest', `no sha256 digest: '${digest}'`);
  return join(layout, 'blobs', 'sha256', hex);
}

/**
 * Writes a blob as its bytes come. A blob that is there already is kept. When anything fails, nothing is left.
 * @throws the system's error (`ENOSPC`, ...), or HeorotError `image-digest` when `expected` is another digest
 */
export async function writeBlob(
  layout: string,
  mediaType: string,
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  expected?: string,
): Promise<Descriptor> {
  await mkdir(join(layout, partsFolder), { recursive: true });
  await mkdir(join(layout, 'blobs', 'sha256'), { recursive: true });
  const part = join(layout, partsFolder, randomBytes(8).toString('hex'));
  const hash = createHash('sha256');
  let size = 0;
  try {
    {
      await using file = await open(part, 'wx', 0o644);
      for await (const chunk of bytes) {
        hash.update(chunk);
        size += chunk.byteLength;
        await file.writeFile(chunk);
      }
      await file.sync();
    }
    const digest = `sha256:${hash.digest('hex')}`;
    if (expected !== undefined && digest !== expected)
      throw new HeorotError('image-digest', `a blob has digest ${digest}, not ${expected}`, {
        hint: 'the transfer was damaged or cut short: fetch it again',
      });
    await rename(part, blobPath(layout, digest));
    await syncFolder(join(layout, 'blobs', 'sha256'));
    return { mediaType, digest, size };
  } finally {
    await rm(part, { force: true });
  }
}

/**
 * The bytes of a blob, checked as they pass: the last chunk comes only when size and digest agree.
 * @throws HeorotError `image-damaged`
 */
export async function* readBlob(layout: string, { digest, size }: Descriptor): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let read = 0;
  let held: Uint8Array | undefined;
  const stream: AsyncIterable<Buffer> = createReadStream(blobPath(layout, digest));
  try {
    for await (const chunk of stream) {
      hash.update(chunk);
      read += chunk.byteLength;
      if (held !== undefined) yield held;
      held = chunk;
    }
  } catch (cause) {
    throw damaged(digest, cause instanceof Error ? cause.message : 'it cannot be read', cause);
  }
  if (read !== size) throw damaged(digest, `${read} bytes are there, ${size} are wanted`);
  if (`sha256:${hash.digest('hex')}` !== digest) throw damaged(digest, 'its bytes have another digest');
  if (held !== undefined) yield held;
}

/** A blob small enough to hold, checked whole. */
export async function readWholeBlob(layout: string, descriptor: Descriptor): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of readBlob(layout, descriptor)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Whether a blob stands there with the right size; its bytes are not read. */
export async function hasBlob(layout: string, { digest, size }: Descriptor): Promise<boolean> {
  try {
    return (await stat(blobPath(layout, digest))).size === size;
  } catch {
    return false;
  }
}

/** The digests of all blobs of a layout. */
export async function listBlobs(layout: string): Promise<readonly string[]> {
  try {
    const names = await readdir(join(layout, 'blobs', 'sha256'));
    return names.filter((name) => /^[0-9a-f]{64}$/.test(name)).map((name) => `sha256:${name}`);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** A rename is on the disk only when its folder is. */
async function syncFolder(folder: string): Promise<void> {
  await using handle = await open(folder, 'r');
  await handle.sync();
}

function damaged(digest: string, what: string, cause?: unknown): HeorotError {
  return new HeorotError('image-damaged', `blob ${digest.slice(0, 19)} is damaged: ${what}`, {
    hint: 'capture the image again, or fetch it again from where it came',
    cause,
  });
}
