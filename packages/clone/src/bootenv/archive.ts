// The archives of the boot environment, its initramfs and its parts: a list of files, each with the package it is from.
import { constants, zstdCompressSync } from 'node:zlib';
import { type CpioEntry, writeCpio } from '../cpio/write-cpio.ts';

/** A file of an archive and where it is from. */
export interface Origin {
  readonly archive: string;
  readonly path: string;
  readonly bytes: number;
  /** A Debian package, or `heorot`. */
  readonly package: string;
  readonly version: string;
}

export interface ArchivedFile {
  /** Without a leading slash; folders come by themselves. */
  readonly path: string;
  readonly content: Uint8Array | { readonly link: string };
  readonly mode?: number;
  readonly package: string;
  readonly version: string;
}

/** Folders that the kernel's and our own mounts need. */
const mountPoints = ['dev', 'mnt', 'proc', 'root', 'run', 'sys', 'tmp'];

/** The same bytes for the same files. A kernel with CONFIG_RD_ZSTD unpacks it (every Debian kernel since 5.9). */
export function initramfs(files: readonly ArchivedFile[]): Buffer {
  return pack(
    [
      // The first process writes here before it has mounted anything.
      { path: 'dev/console', type: 'character', major: 5, minor: 1 },
      { path: 'dev/null', type: 'character', major: 1, minor: 3, mode: 0o666 },
      ...files.map(entryOf),
    ],
    // Costs a quarter of a minute once, and saves a megabyte on every node at every boot.
    { level: 19, folders: mountPoints },
  );
}

/** To be unpacked over the initramfs, by the kernel or by cpio. */
export function part(files: readonly ArchivedFile[]): Buffer {
  return pack(files.map(entryOf), { level: 12 });
}

interface Packing {
  /** Of zstd. */
  readonly level: number;
  /** That are there even when they are empty. */
  readonly folders?: readonly string[];
}

function pack(entries: readonly CpioEntry[], { level, folders: empty }: Packing): Buffer {
  const folders = new Set(empty);
  for (const { path } of entries) {
    const parts = path.split('/');
    for (let depth = 1; depth < parts.length; depth += 1) folders.add(parts.slice(0, depth).join('/'));
  }
  const above = [...folders].map((path): CpioEntry => ({ path, type: 'directory' }));
  return zstdCompressSync(Buffer.concat([...writeCpio([...above, ...entries])]), {
    params: {
      [constants.ZSTD_c_compressionLevel]: level,
      [constants.ZSTD_c_windowLog]: 25,
      [constants.ZSTD_c_checksumFlag]: 1,
    },
  });
}

/** For the list of contents: sorted by path, links left out. */
export function originsOf(archive: string, files: readonly ArchivedFile[]): readonly Origin[] {
  return files
    .flatMap(({ path, content, package: name, version }) =>
      'link' in content ? [] : [{ archive, path, bytes: content.byteLength, package: name, version }],
    )
    .sort((one, other) => (one.path < other.path ? -1 : 1));
}

function entryOf({ path, content, mode }: ArchivedFile): CpioEntry {
  if ('link' in content) return { path, type: 'symlink', target: content.link };
  return { path, type: 'file', content, ...(mode !== undefined && { mode }) };
}
