// A tree that comes as members of an archive, into a store: one layer for a first install, one blob a file for updates, and the
// entries of its manifest, in one pass.
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createZstdCompress } from 'node:zlib';
import { HeorotError } from '@heorot/inventory';
import { type Descriptor, writeBlob } from './blob-store.ts';
import type { FileEntry } from './file-entry.ts';
import { FixedPieces } from './fixed-pieces.ts';
import { mediaTypes } from './image-json.ts';
import type { Staging } from './staging.ts';
import { blockSize, paddingAfter, storedSize, type TarEntry, type TarMember } from './tar/tar-member.ts';
import { archiveEnd, memberHeader } from './tar/write-tar-member.ts';

/** A tree that is in the store; what names it an image is yet to come. */
export interface StoredTree {
  readonly layer: Descriptor;
  /** sha256 of the layer uncompressed. */
  readonly diffId: string;
  readonly files: readonly FileEntry[];
  readonly fileBlobs: ReadonlyMap<string, Descriptor>;
}

export interface StoreTreeOptions {
  readonly staging: Staging;
  /** With every file that is in the store; `blob` for regular ones. */
  readonly stored?: (entry: FileEntry, blob: Descriptor | undefined, bytes: number) => void;
}

/** @throws HeorotError `store-full`, `tar`; the error of the members */
export async function storeTree(
  layout: string,
  members: AsyncIterable<TarMember>,
  { staging, stored }: StoreTreeOptions,
): Promise<StoredTree> {
  const files = new Map<string, FileEntry>();
  const fileBlobs = new Map<string, Descriptor>();
  const diffId = createHash('sha256');

  async function* archive(): AsyncGenerator<Uint8Array> {
    for await (const { entry, content } of members) {
      yield memberHeader(entry);
      if (entry.type !== 'file') {
        files.set(entry.path, entry);
        stored?.(entry, undefined, 0);
        continue;
      }
      const sink = staging.begin();
      const holes = new HoleFiller(entry);
      for await (const chunk of content) {
        for (const piece of holes.fill(chunk)) await sink.write(piece);
        yield chunk;
      }
      for (const piece of holes.end()) await sink.write(piece);
      const { sha256, blob } = await sink.end();
      yield Buffer.alloc(paddingAfter(storedSize(entry)));
      const { sparse: _, ...plain } = entry;
      const file: FileEntry = { ...plain, sha256 };
      files.set(entry.path, file);
      fileBlobs.set(sha256, blob);
      stored?.(file, blob, storedSize(entry));
    }
    yield archiveEnd;
  }

  async function* hashed(): AsyncGenerator<Uint8Array> {
    for await (const chunk of inLargePieces(archive())) {
      diffId.update(chunk);
      yield chunk;
    }
  }

  try {
    const layer = await writeBlob(layout, mediaTypes.layer, compressed(hashed()));
    return { layer, diffId: `sha256:${diffId.digest('hex')}`, files: [...files.values()], fileBlobs };
  } catch (cause) {
    throw fullDisk(layout, cause) ?? cause;
  }
}

async function* compressed(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const zstd = createZstdCompress();
  const done = pipeline(Readable.from(bytes), zstd);
  done.catch(() => undefined);
  for await (const chunk of zstd) if (chunk instanceof Uint8Array) yield chunk;
  await done;
}

/** Headers and padding are small: each alone would cost a turn of every stream behind. */
async function* inLargePieces(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const pieces = new FixedPieces();
  for await (const chunk of bytes) yield* pieces.add(chunk);
  yield pieces.rest();
}

/** A sparse file as its readers see it: zeros where the archive has nothing. */
class HoleFiller {
  readonly #parts: Iterator<readonly [number, number]>;
  readonly #size: number;
  #at = 0;
  /** Where the part ends that is being read. */
  #end: number;

  constructor({ sparse, size }: Extract<TarEntry, { type: 'file' }>) {
    this.#parts = (sparse ?? []).values();
    this.#size = size;
    this.#end = sparse === undefined ? size : 0;
  }

  *fill(chunk: Uint8Array): Generator<Uint8Array> {
    for (let rest = chunk; rest.byteLength > 0; ) {
      if (this.#at === this.#end) yield* this.#nextPart();
      const piece = rest.subarray(0, this.#end - this.#at);
      this.#at += piece.byteLength;
      rest = rest.subarray(piece.byteLength);
      yield piece;
    }
  }

  *end(): Generator<Uint8Array> {
    yield* this.#zerosUpTo(this.#size);
  }

  *#nextPart(): Generator<Uint8Array> {
    const next = this.#parts.next();
    if (next.done === true)
      throw new HeorotError('tar', 'a sparse file of the archive is longer than its map');
    const [offset, length] = next.value;
    yield* this.#zerosUpTo(offset);
    this.#end = offset + length;
  }

  *#zerosUpTo(offset: number): Generator<Uint8Array> {
    while (this.#at < offset) {
      const piece = zeros.subarray(0, Math.min(zeros.length, offset - this.#at));
      this.#at += piece.length;
      yield piece;
    }
  }
}

const zeros = Buffer.alloc(128 * blockSize);

/** @returns the error in words, when the store's disk has no room for more */
export function fullDisk(layout: string, cause: unknown): HeorotError | undefined {
  if (!(cause instanceof Error) || !('code' in cause)) return undefined;
  if (cause.code !== 'ENOSPC' && cause.code !== 'EDQUOT') return undefined;
  return new HeorotError('store-full', `no room is left in the image store at ${layout}`, {
    cause,
    hint: 'nothing half-made was kept; make room (clone image delete ...) and do it again',
  });
}
