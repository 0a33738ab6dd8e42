// What a node is sent: an archive of new files under the names beside their ends, and the operations that put them in place.
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip, createZstdCompress, createZstdDecompress } from 'node:zlib';
import { HeorotError } from '@heorot/inventory';
import { readBlob } from '../image/blob-store.ts';
import type { FileEntry } from '../image/file-entry.ts';
import type { Image } from '../image/image-layout.ts';
import { pathBytes } from '../image/path-text.ts';
import { paddingAfter } from '../image/tar/tar-member.ts';
import { archiveEnd, memberHeader } from '../image/tar/write-tar-member.ts';
import type { SyncPlan } from './plan-sync.ts';
import { stagedPrefix } from './scripts.ts';

/** Where a file stands before it is put in place; folders are made where they belong. */
export function stagedNames(send: readonly FileEntry[]): ReadonlyMap<string, string> {
  return new Map(
    send.flatMap(({ type, path }, at) => {
      const folder = path.slice(0, path.lastIndexOf('/') + 1);
      return type === 'directory' ? [] : [[path, `${folder}${stagedPrefix}${at}`] as const];
    }),
  );
}

export async function* payload(
  layout: string,
  image: Image,
  send: readonly FileEntry[],
  staged: ReadonlyMap<string, string>,
  packing: 'zstd' | 'gzip',
): AsyncGenerator<Uint8Array> {
  const packer = packing === 'zstd' ? createZstdCompress() : createGzip();
  const done = pipeline(Readable.from(archive(layout, image, send, staged)), packer);
  done.catch(() => undefined);
  for await (const chunk of packer) if (chunk instanceof Uint8Array) yield chunk;
  await done;
}

async function* archive(
  layout: string,
  { fileBlobs, name }: Image,
  send: readonly FileEntry[],
  staged: ReadonlyMap<string, string>,
): AsyncGenerator<Uint8Array> {
  for (const entry of send) {
    const at = staged.get(entry.path) ?? entry.path;
    if (entry.type === 'hardlink')
      yield memberHeader({ ...entry, target: staged.get(entry.target) ?? entry.target }, at);
    else yield memberHeader(entry, at);
    if (entry.type !== 'file') continue;
    const blob = fileBlobs.get(entry.sha256);
    if (blob === undefined)
      throw new HeorotError('image-incomplete', `${name} holds no bytes of ${entry.path} by itself`, {
        hint: 'capture it again with this clone',
      });
    const zstd = createZstdDecompress();
    const read = pipeline(Readable.from(readBlob(layout, blob)), zstd);
    read.catch(() => undefined);
    let size = 0;
    for await (const chunk of zstd)
      if (chunk instanceof Uint8Array) {
        size += chunk.byteLength;
        yield chunk;
      }
    await read;
    if (size !== entry.size)
      throw new HeorotError(
        'image-damaged',
        `${entry.path} has ${size} bytes in the store, not ${entry.size}`,
      );
    yield Buffer.alloc(paddingAfter(entry.size));
  }
  yield archiveEnd;
}

/** Three words each; NUL-ended. */
export function operations(
  { send, touch, remove }: SyncPlan,
  leftOver: readonly string[],
  image: string,
  owners: boolean,
): Buffer {
  const staged = stagedNames(send);
  const words: (readonly [string, string, string])[] = [
    ...leftOver
      .filter((path) => ![...staged.values()].includes(path))
      .map((path) => ['remove', '', path] as const),
    ...[...staged].map(([path, at]) => ['move', at, path] as const),
    ...touch.flatMap(({ type, path, mode, uid, gid, mtime }) => [
      ...(owners ? [['owner', `${uid}:${gid}`, path] as const] : []),
      ['mode', mode.toString(8).padStart(4, '0'), path] as const,
      ...(type === 'file' ? [['time', String(mtime), path] as const] : []),
    ]),
    ...remove.map((path) => ['remove', '', path] as const),
    ['image', image, '.'],
  ];
  const inTree = (path: string): Uint8Array => Buffer.concat([Buffer.from('./'), pathBytes(path)]);
  return Buffer.concat(
    words.flatMap(([verb, word, path]) =>
      [Buffer.from(verb), verb === 'move' ? inTree(word) : Buffer.from(word), inTree(path)].flatMap(
        (each) => [each, Buffer.alloc(1)],
      ),
    ),
  );
}
