// Small files, links and folders as one archive, with the lists that the node checks and places them by.
import { createHash } from 'node:crypto';
import type { BlockCache } from './block-cache.ts';
import { bytesOf, parentOf } from './byte-name.ts';
import { tarEnd, tarHeader, tarPadding } from './tar-header.ts';
import type { FileEntry, TreeEntry } from './tree-entry.ts';

/** About this much is handed over at a time. */
const lotBytes = 256 * 1024;

export async function* packSmallFiles(
  files: readonly FileEntry[],
  others: readonly TreeEntry[],
  { blocks }: { readonly blocks: BlockCache },
): AsyncGenerator<Buffer> {
  const digests: string[] = [];
  let lot: Buffer[] = [];
  let lotSize = 0;
  let written = 0;
  const add = (...parts: readonly Buffer[]) => {
    for (const part of parts) {
      lot.push(part);
      lotSize += part.length;
      written += part.length;
    }
  };
  const member = (name: string, content: Buffer, mode = 0o600, modifiedAt = 0) =>
    add(
      tarHeader({ name, kind: 'file', size: content.length, mode, modifiedAt }),
      content,
      tarPadding(content.length),
    );

  // Owner-only until their files are in place; settleScript gives them their modes.
  const folders = others.filter(({ kind }) => kind === 'folder');
  for (const { path, modifiedAt } of [{ path: '', modifiedAt: 0 }, ...folders]) {
    add(tarHeader({ name: `t/${path}`, kind: 'folder', size: 0, mode: 0o700, modifiedAt }));
  }
  for (const entry of others) {
    if (entry.kind !== 'link') continue;
    add(
      tarHeader({
        name: `t/${entry.path}`,
        kind: 'link',
        size: 0,
        mode: 0o777,
        modifiedAt: entry.modifiedAt,
        target: entry.target,
      }),
    );
  }
  for (const file of files) {
    const content = file.size === 0 ? Buffer.alloc(0) : await blocks.beginning(file.source);
    digests.push(`${createHash('sha256').update(content).digest('hex')}\n`);
    member(`t/${file.path}`, content, file.mode, file.modifiedAt);
    if (lotSize < lotBytes) continue;
    yield Buffer.concat(lot);
    lot = [];
    lotSize = 0;
  }
  const places = new Set([
    '',
    ...folders.map(({ path }) => path),
    ...files.map(({ path }) => parentOf(path)),
  ]);
  member('n', bytesOf(files.map(({ path }) => `./${path}\0`).join('')));
  member('s', bytesOf(digests.join('')));
  member('d', bytesOf(Array.from(places, (path) => `${path === '' ? '.' : path}\0`).join('')));
  add(tarEnd(written));
  yield Buffer.concat(lot);
}
