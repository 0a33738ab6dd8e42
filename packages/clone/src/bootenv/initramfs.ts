// The initramfs of the boot environment: a list of files, each with the package it is from, written as one archive.
import { constants, zstdCompressSync } from 'node:zlib';
import { type CpioEntry, writeCpio } from '../cpio/write-cpio.ts';

/** A file of the initramfs and where it is from. */
export interface Origin {
  readonly path: string;
  readonly bytes: number;
  /** A Debian package, or `heorot`. */
  readonly package: string;
  readonly version: string;
}

export interface InitramfsFile {
  /** Without a leading slash; folders come by themselves. */
  readonly path: string;
  readonly content: Uint8Array | { readonly link: string };
  readonly mode?: number;
  readonly package: string;
  readonly version: string;
}

/** Folders that the kernel's and our own mounts need. */
const mountPoints = ['dev', 'mnt', 'proc', 'root', 'run', 'sys', 'tmp'];

/** The level costs a quarter of a minute once and saves megabytes on every node at every boot. */
const compression = {
  params: {
    [constants.ZSTD_c_compressionLevel]: 19,
    [constants.ZSTD_c_windowLog]: 24,
    [constants.ZSTD_c_checksumFlag]: 1,
  },
};

/** The same bytes for the same files. A kernel with CONFIG_RD_ZSTD unpacks it (every Debian kernel since 5.9). */
export function initramfs(files: readonly InitramfsFile[]): Buffer {
  const folders = new Set(mountPoints);
  for (const { path } of files) {
    const parts = path.split('/');
    for (let depth = 1; depth < parts.length; depth += 1) folders.add(parts.slice(0, depth).join('/'));
  }
  const entries: CpioEntry[] = [
    ...[...folders].map((path): CpioEntry => ({ path, type: 'directory' })),
    // The first process writes here before it has mounted anything.
    { path: 'dev/console', type: 'character', major: 5, minor: 1 },
    { path: 'dev/null', type: 'character', major: 1, minor: 3, mode: 0o666 },
    ...files.map(entryOf),
  ];
  return zstdCompressSync(Buffer.concat([...writeCpio(entries)]), compression);
}

/** For the list of contents: sorted by path, links left out. */
export function originsOf(files: readonly InitramfsFile[]): readonly Origin[] {
  return files
    .flatMap(({ path, content, package: name, version }) =>
      'link' in content ? [] : [{ path, bytes: content.byteLength, package: name, version }],
    )
    .sort((one, other) => (one.path < other.path ? -1 : 1));
}

function entryOf({ path, content, mode }: InitramfsFile): CpioEntry {
  if ('link' in content) return { path, type: 'symlink', target: content.link };
  return { path, type: 'file', content, ...(mode !== undefined && { mode }) };
}
