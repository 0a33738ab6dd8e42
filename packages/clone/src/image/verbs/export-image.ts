// The verb `image export`: an image as a tar, or as an OCI layout that other tools read.
import { createWriteStream } from 'node:fs';
import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createZstdDecompress } from 'node:zlib';
import { type CommandContext, ExitCode, writeAll } from '@heorot/cli';
import { HeorotError } from '@heorot/inventory';
import { writeFileAtomically } from '@heorot/state';
import { blobPath, readBlob, writeBlob } from '../blob-store.ts';
import { indexText, manifestBytes, mediaTypes } from '../image-json.ts';
import type { Image } from '../image-layout.ts';
import { createLayout, refName } from '../layout-index.ts';
import { readStore } from '../open-store.ts';

export async function exportImage(operands: readonly string[], context: CommandContext): Promise<number> {
  const [name, destination, ...more] = operands;
  if (name === undefined || destination === undefined || more.length > 0)
    throw new HeorotError('usage', 'an image and where to write it are wanted', {
      hint: 'clone image export base base.tar.zst; a folder/ becomes an OCI layout; - is standard output',
    });
  const store = await readStore(context.env);
  const image = await store.read(name);
  const path = resolve(context.cwd, destination);
  if (destination === '-')
    for await (const chunk of tarOf(store.layout, image, false)) await writeAll(context.stdout, chunk);
  else if (/\.tar(\.zst)?$/.test(destination))
    await writeTarFile(path, tarOf(store.layout, image, destination.endsWith('.zst')));
  else await writeLayout(path, store.layout, image);
  if (destination !== '-') await writeAll(context.stderr, `${image.name} is in ${destination}\n`);
  return ExitCode.ok;
}

/** Checked as it passes. */
function tarOf(layout: string, { layer }: Image, packed: boolean): AsyncIterable<Uint8Array> {
  const bytes = readBlob(layout, layer);
  if (packed) return bytes;
  const zstd = createZstdDecompress();
  pipeline(Readable.from(bytes), zstd).catch((error: unknown) =>
    zstd.destroy(error instanceof Error ? error : undefined),
  );
  return zstd;
}

/** Beside, then renamed: a file of that name is whole. */
async function writeTarFile(path: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const part = `${path}.part`;
  try {
    await pipeline(Readable.from(bytes), createWriteStream(part));
    await rename(part, path);
  } finally {
    await rm(part, { force: true });
  }
}

/** Config and layer alone: readers of OCI take everything listed for a layer of theirs. */
async function writeLayout(folder: string, layout: string, { name, manifest, layer }: Image): Promise<void> {
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0)
    throw new HeorotError('usage', `${folder} is there already, and not empty`, {
      hint: 'name a new folder',
    });
  await createLayout(folder);
  for await (const _ of readBlob(layout, layer));
  for (const { digest } of [manifest.config, layer])
    await copyFile(blobPath(layout, digest), blobPath(folder, digest));
  const bytes = manifestBytes({
    config: manifest.config,
    layers: [layer],
    annotations: manifest.annotations,
  });
  const descriptor = await writeBlob(folder, mediaTypes.manifest, [bytes]);
  await writeFileAtomically(
    join(folder, 'index.json'),
    indexText([{ ...descriptor, annotations: { [refName]: name } }]),
  );
  await rm(join(folder, 'lock'), { recursive: true, force: true });
  await rm(join(folder, 'parts'), { recursive: true, force: true });
}
