// What the distribution of one layer needs, beside the layer: its chunk list and its torrent file. Made once, kept beside the images.
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, writeFileAtomically } from '@heorot/state';
import { blobPath } from '../image/blob-store.ts';
import type { HeadFolder } from '../protocol/head-folder.ts';
import { type FetchStep, fetchStep } from '../protocol/plan-step.ts';
import { listChunks, printChunkList } from './chunk-list.ts';
import { makeTorrent } from './torrent-file.ts';

export interface Material {
  readonly chunks: FetchStep;
  readonly torrent: FetchStep;
}

/** Where `/distribution/` is served from. */
export function distributionFolder(head: HeadFolder): string {
  return join(head.path, 'distribution');
}

/** Reads the whole layer when it is the first time. @throws HeorotError `image-damaged` */
export async function materialOf(head: HeadFolder, digest: string, signal?: AbortSignal): Promise<Material> {
  const folder = distributionFolder(head);
  const name = digest.replace(/^sha256:/, '');
  const paths = { chunks: `${name}.chunks`, torrent: `${name}.torrent` };
  // The torrent is written last.
  if (!(await exists(join(folder, paths.torrent)))) {
    const { chunks, pieces } = await listChunks(blobPath(head.images, digest), digest, signal);
    const torrent = makeTorrent(name, chunks.sizeBytes, pieces);
    await makeFolder(folder, 0o755);
    await writeFileAtomically(join(folder, paths.chunks), printChunkList(chunks));
    await writeFileAtomically(join(folder, `${torrent.infoHash}.info`), name);
    await writeFileAtomically(join(folder, paths.torrent), torrent.file);
  }
  return {
    chunks: await distributedFile('chunks', folder, paths.chunks),
    torrent: await distributedFile('torrent', folder, paths.torrent),
  };
}

/** Whether an info hash, in hex, is of an image that was made ready here. */
export function isDistributed(head: HeadFolder, infoHash: string): boolean {
  return existsSync(join(distributionFolder(head), `${infoHash}.info`));
}

async function distributedFile(file: string, folder: string, path: string): Promise<FetchStep> {
  return fetchStep(file, `/distribution/${path}`, await readFile(join(folder, path)));
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
