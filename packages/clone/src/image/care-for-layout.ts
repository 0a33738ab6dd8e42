// Upkeep of an image store: names taken away, blobs that no image uses swept, every byte read against its digest.
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { HeorotError } from '@heorot/inventory';
import { blobPath, listBlobs, partsFolder, readBlob, readWholeBlob } from './blob-store.ts';
import { parseManifest } from './image-json.ts';
import type { Image } from './image-layout.ts';
import { alone, changeIndex, nameOf, readIndex } from './layout-index.ts';

/** Takes a name away; its blobs stay until {@link sweep}. @throws HeorotError `image-unknown` */
export async function deleteImage(layout: string, name: string): Promise<void> {
  await changeIndex(layout, (others) => {
    const left = others.filter((other) => nameOf(other) !== name);
    if (left.length === others.length) throw new HeorotError('image-unknown', `no image '${name}'`);
    return left;
  });
}

/** What a sweep has deleted. */
export interface Swept {
  /** Blobs. */
  readonly length: number;
  readonly bytes: number;
}

/** Deletes blobs that no image uses, and what interrupted writers left. Not while an image is being written. */
export async function sweep(layout: string): Promise<Swept> {
  return alone(layout, async () => {
    const used = new Set<string>();
    for (const manifest of await readIndex(layout)) {
      used.add(manifest.digest);
      const { config, layers } = parseManifest((await readWholeBlob(layout, manifest)).toString('utf8'));
      for (const { digest } of [config, ...layers]) used.add(digest);
    }
    const unused = (await listBlobs(layout)).filter((digest) => !used.has(digest));
    let bytes = 0;
    for (const digest of unused) {
      bytes += (await stat(blobPath(layout, digest))).size;
      await rm(blobPath(layout, digest), { force: true });
    }
    await rm(join(layout, partsFolder), { recursive: true, force: true });
    return { length: unused.length, bytes };
  });
}

/** Reads every blob of an image against its digest. @returns what is wrong, by blob; empty when all is well */
export async function verifyBlobs(layout: string, { manifest }: Image): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const blob of [manifest.config, ...manifest.layers]) {
    try {
      for await (const _ of readBlob(layout, blob));
    } catch (error) {
      if (!(error instanceof HeorotError)) throw error;
      problems.push(error.message);
    }
  }
  return problems;
}
