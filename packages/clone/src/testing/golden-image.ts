// A small image in the store of a head, and the files of a boot environment, as far as a deployment asks for them.
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { RESCUE_PART, STORAGE_PART } from '../bootenv/contents.ts';
import { CONTENTS_LIST, type ContentsList } from '../bootenv/contents-list.ts';
import { writeTar } from '../identity/write-tar.ts';
import { writeBlob } from '../image/blob-store.ts';
import type { FileEntry } from '../image/file-entry.ts';
import { mediaTypes } from '../image/image-json.ts';
import { writeImage } from '../image/image-layout.ts';
import { createLayout } from '../image/layout-index.ts';
import { type HeadFolder, openHeadKey } from '../protocol/head-folder.ts';

const files = ['boot/vmlinuz-6.1.0-40-amd64', 'boot/initrd.img-6.1.0-40-amd64', 'usr/sbin/ifup'];

/** @returns the bytes of the layer */
export async function makeGoldenImage(folder: HeadFolder, name: string): Promise<Buffer> {
  const { privatePem } = await openHeadKey(folder);
  await mkdir(folder.images, { recursive: true });
  await createLayout(folder.images);
  const tar = writeTar(files.map((path) => ({ path, mode: 0o644, content: path })));
  const layer = zstdCompressSync(tar);
  await writeImage(
    folder.images,
    {
      name,
      config: { architecture: 'amd64', diffIds: [`sha256:${sha256(tar)}`], labels: {} },
      layer: await writeBlob(folder.images, mediaTypes.layer, [layer]),
      files: files.map(
        (path): FileEntry => ({
          path,
          type: 'file',
          mode: 0o644,
          uid: 0,
          gid: 0,
          mtime: 0,
          attributes: [],
          size: path.length,
          sha256: sha256(path),
        }),
      ),
      fileBlobs: new Map(),
      annotations: {},
    },
    privatePem,
  );
  await mkdir(join(folder.bootenv, 'grub'), { recursive: true });
  for (const file of ['grub/boot.img', 'grub/core.img', 'grub/grubx64.efi', STORAGE_PART, RESCUE_PART])
    await writeFile(join(folder.bootenv, file), file);
  const contents: ContentsList = {
    kernel: { release: '6.1', package: 'linux-image-6.1', version: '6.1.1-1' },
    outputs: [],
    files: [],
  };
  await writeFile(join(folder.bootenv, CONTENTS_LIST), JSON.stringify(contents));
  return layer;
}

function sha256(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
