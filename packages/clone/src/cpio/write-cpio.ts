// Writes a cpio archive in the format of an initramfs ("newc", Documentation/driver-api/early-userspace/buffer-format.rst of
// the kernel): the same bytes for the same files, needing no root for owners and device nodes.

/** One file of an archive. */
export type CpioEntry = {
  /** Without a leading slash. Folders must be listed too, before what is in them or after. */
  readonly path: string;
  /** Permission bits; 0755 for folders, 0644 for files, 0777 for links where left out. */
  readonly mode?: number;
} & (
  | { readonly type: 'file'; readonly content: Uint8Array }
  | { readonly type: 'directory' }
  | { readonly type: 'symlink'; readonly target: string }
  | { readonly type: 'character' | 'block'; readonly major: number; readonly minor: number }
);

const kinds = {
  file: 0o100000,
  directory: 0o040000,
  symlink: 0o120000,
  character: 0o020000,
  block: 0o060000,
} as const;
const usualModes = { file: 0o644, directory: 0o755, symlink: 0o777, character: 0o600, block: 0o600 } as const;

/**
 * The archive, piece by piece: sorted by path, owned by root, every time 0 (or `mtime`), padded to 512 bytes.
 *
 * @param mtime of every file, in seconds since 1970
 * @throws RangeError for a path that comes twice, is absolute, leads out, or lacks its folder
 * @example await writeFile('initrd.img', Buffer.concat([...writeCpio([{ path: 'init', type: 'file', content, mode: 0o755 }])]));
 */
export function* writeCpio(entries: Iterable<CpioEntry>, mtime = 0): Generator<Uint8Array> {
  const sorted = [...entries].sort((a, b) => (a.path < b.path ? -1 : 1));
  checkPaths(sorted);
  let written = 0;
  let inode = 0;
  for (const entry of sorted) {
    inode += 1;
    const content = contentOf(entry);
    const head = header(entry, inode, content.byteLength, mtime);
    yield head;
    yield content;
    const pad = padding(content.byteLength);
    if (pad.byteLength > 0) yield pad;
    written += head.byteLength + content.byteLength + pad.byteLength;
  }
  const end = fields('TRAILER!!!', { nlink: 1 });
  yield end;
  written += end.byteLength;
  yield new Uint8Array((512 - (written % 512)) % 512);
}

function header(entry: CpioEntry, inode: number, size: number, mtime: number): Uint8Array {
  const device = entry.type === 'character' || entry.type === 'block' ? entry : { major: 0, minor: 0 };
  return fields(entry.path, {
    inode,
    mode: kinds[entry.type] | (entry.mode ?? usualModes[entry.type]),
    nlink: entry.type === 'directory' ? 2 : 1,
    mtime,
    size,
    major: device.major,
    minor: device.minor,
  });
}

interface Fields {
  readonly inode?: number;
  readonly mode?: number;
  readonly nlink: number;
  readonly mtime?: number;
  readonly size?: number;
  readonly major?: number;
  readonly minor?: number;
}

/** Magic, thirteen numbers of eight hex digits, the name with its NUL; all of it padded to four bytes. */
function fields(
  path: string,
  { inode = 0, mode = 0, nlink, mtime = 0, size = 0, major = 0, minor = 0 }: Fields,
): Uint8Array {
  const name = Buffer.from(`${path}\0`);
  const numbers = [inode, mode, 0, 0, nlink, mtime, size, 0, 0, major, minor, name.byteLength, 0];
  for (const number of numbers)
    if (!Number.isInteger(number) || number < 0 || number > 0xffffffff)
      throw new RangeError(`cpio: ${path}: ${number} does not fit 32 bits`);
  const head = Buffer.from(`070701${numbers.map((number) => number.toString(16).padStart(8, '0')).join('')}`);
  return Buffer.concat([head, name, padding(head.byteLength + name.byteLength)]);
}

function contentOf(entry: CpioEntry): Uint8Array {
  if (entry.type === 'file') return entry.content;
  return entry.type === 'symlink' ? Buffer.from(entry.target) : new Uint8Array();
}

function padding(length: number): Uint8Array {
  return new Uint8Array((4 - (length % 4)) % 4);
}

function checkPaths(sorted: readonly CpioEntry[]): void {
  const folders = new Set(sorted.flatMap(({ type, path }) => (type === 'directory' ? [path] : [])));
  for (const [index, { path }] of sorted.entries()) {
    const parts = path.split('/');
    if (
      parts.some((part) => part === '' || part === '.' || part === '..' || part.includes('\0')) ||
      path === 'TRAILER!!!'
    )
      throw new RangeError(`cpio: no path for an archive: '${path}'`);
    if (sorted[index + 1]?.path === path) throw new RangeError(`cpio: '${path}' comes twice`);
    const folder = parts.slice(0, -1).join('/');
    // The kernel unpacks nothing into a folder that it has not made.
    if (folder !== '' && !folders.has(folder))
      throw new RangeError(`cpio: '${path}' has no folder '${folder}' in the archive`);
  }
}
