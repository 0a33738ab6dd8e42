// A small tar in memory (POSIX.1-1988 ustar): the same bytes for the same files. Every owner is root.

export interface TarFile {
  /** Relative, at most 100 bytes, or 255 with a slash in the right place. */
  readonly path: string;
  readonly mode: number;
  readonly content: string | Uint8Array;
}

const block = 512;

/** Files in any order; folders above them are listed first, with mode 0755. */
export function writeTar(files: readonly TarFile[]): Buffer {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const folders = new Set(sorted.flatMap(({ path }) => parents(path)));
  return Buffer.concat([
    ...[...folders].sort().map((path) => header(`${path}/`, 0o755, 0, '5')),
    ...sorted.flatMap(({ path, mode, content }) => {
      const bytes = Buffer.from(content);
      return [header(path, mode, bytes.length, '0'), bytes, Buffer.alloc(-bytes.length & (block - 1))];
    }),
    Buffer.alloc(2 * block),
  ]);
}

function parents(path: string): readonly string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

function header(path: string, mode: number, size: number, type: string): Buffer {
  const bytes = Buffer.alloc(block);
  const [prefix, name] = splitPath(path);
  const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, '0')}\0`;
  bytes.write(name, 0);
  bytes.write(octal(mode, 7), 100);
  bytes.write(octal(0, 7), 108);
  bytes.write(octal(0, 7), 116);
  bytes.write(octal(size, 11), 124);
  bytes.write(octal(0, 11), 136);
  bytes.write('        ', 148);
  bytes.write(type, 156);
  bytes.write('ustar\u000000', 257);
  bytes.write('root', 265);
  bytes.write('root', 297);
  bytes.write(prefix, 345);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return bytes;
}

function splitPath(path: string): readonly [prefix: string, name: string] {
  if (Buffer.byteLength(path) <= 100) return ['', path];
  for (let at = path.lastIndexOf('/', path.length - 2); at > 0; at = path.lastIndexOf('/', at - 1)) {
    const prefix = path.slice(0, at);
    const name = path.slice(at + 1);
    if (Buffer.byteLength(name) > 100) break;
    if (Buffer.byteLength(prefix) <= 155) return [prefix, name];
  }
  throw new RangeError(`a path too long for tar: ${path}`);
}
