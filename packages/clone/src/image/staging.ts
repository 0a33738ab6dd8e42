// File blobs on their way into a store: written to a folder of their own, named when the whole image is there. One flush of
// the file system does for all of them; ten thousand files flushed one by one take minutes.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createZstdCompress, zstdCompressSync } from 'node:zlib';
import { blobPath, type Descriptor, hasBlob, partsFolder } from './blob-store.ts';
import { FixedPieces } from './fixed-pieces.ts';
import { mediaTypes } from './image-json.ts';

/** Files up to here are held in memory while they are compressed. */
const small = 1024 * 1024;

/** What a file is, once it was read. */
export interface StagedFile {
  readonly sha256: string;
  readonly blob: Descriptor;
}

/** Takes the bytes of one file. */
export interface FileSink {
  write(chunk: Uint8Array): Promise<void>;
  end(): Promise<StagedFile>;
}

/** File blobs that are not seen yet. */
export interface Staging {
  readonly folder: string;
  /** One file at a time; of the same contents one blob is kept. */
  begin(): FileSink;
  /** Where the bytes of a blob are: here, or in the store where an earlier image has them. */
  readonly find: (blob: Descriptor) => string;
  /** A file that is there already. */
  adopt(file: StagedFile): void;
  /** Makes all of them blobs of the store, safe on its disk. */
  commit(): Promise<void>;
}

/** @param name the same name finds what an interrupted writer has left */
export async function openStaging(layout: string, name: string): Promise<Staging> {
  const folder = join(layout, partsFolder, name);
  await mkdir(folder, { recursive: true });
  const known = new Map<string, Descriptor>();
  const part = join(folder, 'part');

  async function keep(sha256: string, write: () => Promise<Descriptor>): Promise<StagedFile> {
    const seen = known.get(sha256);
    if (seen !== undefined) return { sha256, blob: seen };
    const blob = await write();
    if (await hasBlob(layout, blob)) await rm(part, { force: true });
    else await rename(part, join(folder, hexOf(blob)));
    known.set(sha256, blob);
    return { sha256, blob };
  }

  return {
    folder,
    begin() {
      const plain = createHash('sha256');
      let held: Uint8Array[] = [];
      let size = 0;
      let large: LargeFile | undefined;
      return {
        async write(chunk) {
          plain.update(chunk);
          size += chunk.byteLength;
          if (large !== undefined) return large.write(chunk);
          held.push(chunk);
          if (size <= small) return;
          large = openLargeFile(part);
          for (const each of held) await large.write(each);
          held = [];
        },
        end: () =>
          keep(plain.digest('hex'), async () => {
            if (large !== undefined) return large.end();
            const compressed = zstdCompressSync(Buffer.concat(held));
            await writeFile(part, compressed);
            const digest = createHash('sha256').update(compressed).digest('hex');
            return descriptor(digest, compressed.byteLength);
          }),
      };
    },
    find(blob) {
      const staged = join(folder, hexOf(blob));
      return existsSync(staged) ? staged : blobPath(layout, blob.digest);
    },
    adopt: ({ sha256, blob }) => void known.set(sha256, blob),
    async commit() {
      await rm(part, { force: true });
      await flush(folder);
      await mkdir(join(layout, 'blobs', 'sha256'), { recursive: true });
      for (const file of await readdir(folder))
        if (/^[0-9a-f]{64}$/.test(file)) await rename(join(folder, file), blobPath(layout, `sha256:${file}`));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface LargeFile {
  write(chunk: Uint8Array): Promise<void>;
  end(): Promise<Descriptor>;
}

function openLargeFile(path: string): LargeFile {
  const zstd = createZstdCompress();
  const pieces = new FixedPieces();
  const hash = createHash('sha256');
  let size = 0;
  const done = pipeline(
    zstd,
    async function* (compressed: AsyncIterable<Buffer>) {
      for await (const chunk of compressed) {
        hash.update(chunk);
        size += chunk.byteLength;
        yield chunk;
      }
    },
    createWriteStream(path),
  );
  // Heard by whoever waits next.
  done.catch(() => undefined);
  return {
    async write(chunk) {
      for (const piece of pieces.add(chunk)) {
        if (zstd.destroyed) await done;
        if (!zstd.write(piece)) await Promise.race([once(zstd, 'drain'), done]);
      }
    },
    async end() {
      zstd.end(pieces.rest());
      await done;
      return descriptor(hash.digest('hex'), size);
    },
  };
}

function descriptor(digest: string, size: number): Descriptor {
  return { mediaType: mediaTypes.file, digest: `sha256:${digest}`, size };
}

function hexOf({ digest }: Descriptor): string {
  return digest.slice('sha256:'.length);
}

/** `sync -f` is syncfs(2), which Node does not have; where it fails, every file by itself. */
async function flush(folder: string): Promise<void> {
  try {
    await promisify(execFile)('sync', ['-f', folder]);
  } catch {
    for (const file of await readdir(folder)) {
      await using handle = await open(join(folder, file), 'r');
      await handle.sync();
    }
  }
}
