// The image store of this head: made on first use, and what is written to it signed with the head's key.
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { HeorotError } from '@heorot/inventory';
import { stateFolder, withLock } from '@heorot/state';
import { headFolder, openHeadKey } from '../protocol/head-folder.ts';
import { partsFolder } from './blob-store.ts';
import { type Image, listImages, readImage } from './image-layout.ts';
import { createLayout } from './layout-index.ts';
import { newestOf } from './new-version.ts';

export interface ImageStore {
  readonly layout: string;
  readonly names: readonly string[];
  /** @throws HeorotError `image-unknown`, `image-signature` */
  read(name: string): Promise<Image>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The store as it is; one that was never made is empty. Writes nothing. */
export async function readStore(env: Environment): Promise<ImageStore> {
  const { images: layout, publicKey } = headFolder(stateFolder(env, 'clone'));
  const key = await readFile(publicKey, 'utf8').catch(() => undefined);
  const names = key === undefined ? [] : (await listImages(layout).catch(noStore)).map(({ name }) => name);
  return {
    layout,
    names,
    read: async (name) => {
      if (key === undefined || names.length === 0)
        throw new HeorotError('image-unknown', `no image '${name}': no image was ever made here`, {
          hint: 'capture one: clone capture NODE --name base',
        });
      return readImage(layout, newestOf(name, names), [key]);
    },
  };
}

export interface WritableStore extends ImageStore {
  readonly privatePem: string;
}

export async function openStore(env: Environment): Promise<WritableStore> {
  const folder = headFolder(stateFolder(env, 'clone'));
  const { privatePem } = await openHeadKey(folder);
  await createLayout(folder.images);
  return { ...(await readStore(env)), privatePem };
}

/** While blobs are staged nobody may sweep, and one writer is enough for a disk. */
export function asOnlyWriter<Result>(layout: string, action: () => Promise<Result>): Promise<Result> {
  return withLock(
    join(layout, 'lock', 'writer'),
    async () => {
      await clearParts(layout);
      return action();
    },
    { waitMs: 1000 },
  );
}

/** What a killed writer has left. What a capture has brought stays for the next one. */
async function clearParts(layout: string): Promise<void> {
  const folder = join(layout, partsFolder);
  const left = await readdir(folder).catch(() => []);
  for (const name of left)
    if (!name.startsWith('capture-')) await rm(join(folder, name), { recursive: true, force: true });
}

function noStore(error: unknown): readonly [] {
  if (error instanceof HeorotError && error.code === 'image-store') return [];
  throw error;
}
