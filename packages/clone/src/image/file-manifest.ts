// The file manifest of an image as text: one line a file, sorted by path, the same bytes for the same tree.
//
//   heorot-manifest 1
//   d 0755 0 0 1700000000 - etc
//   f 0644 0 0 1700000000 - etc/hostname 3 <sha256>
//   l 0777 0 0 1700000000 - bin usr/bin
//   f 0755 0 0 1700000000 security.capability=AQ== usr/bin/ping 9 <sha256>
import { HeorotError } from '@heorot/inventory';
import type { Attributes, FileEntry } from './file-entry.ts';

const heading = 'heorot-manifest 1';
const letters = {
  f: 'file',
  d: 'directory',
  l: 'symlink',
  h: 'hardlink',
  c: 'character',
  b: 'block',
  p: 'fifo',
} as const;

/** Writes entries in any order as a manifest. @throws HeorotError `image-manifest` for a path that comes twice or leads out */
export function writeManifest(entries: Iterable<FileEntry>): string {
  const sorted = [...entries].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  for (const [index, { path }] of sorted.entries()) {
    if (path === sorted[index - 1]?.path) throw bad(`'${path}' comes twice`);
    if (!isSafe(path)) throw bad(`'${path}' leads out of the tree`);
  }
  return `${[heading, ...sorted.map(lineOf)].join('\n')}\n`;
}

/** Reads a manifest; refuses one that is not exactly as {@link writeManifest} writes it. @throws HeorotError `image-manifest` */
export function readManifest(text: string): readonly FileEntry[] {
  const lines = text.split('\n');
  if (lines[0] !== heading) throw bad(`the first line is not '${heading}'`);
  if (lines.at(-1) !== '') throw bad('the last line is cut short');
  const entries = lines.slice(1, -1).map((line, index) => entryOf(line, index + 2));
  if (writeManifest(entries) !== text) throw bad('the lines are not in order');
  return entries;
}

function lineOf(entry: FileEntry): string {
  const letter = Object.entries(letters).find(([, type]) => type === entry.type)?.[0] ?? '?';
  const attributes = [...entry.attributes]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, value }) => `${name}=${value}`)
    .join(',');
  const common = [
    letter,
    entry.mode.toString(8).padStart(4, '0'),
    entry.uid,
    entry.gid,
    entry.mtime,
    attributes || '-',
    entry.path || '.',
  ];
  return [...common, ...detailsOf(entry)].join(' ');
}

function detailsOf(entry: FileEntry): readonly (string | number)[] {
  switch (entry.type) {
    case 'file':
      return [entry.size, entry.sha256];
    case 'symlink':
    case 'hardlink':
      return [entry.target];
    case 'character':
    case 'block':
      return [entry.major, entry.minor];
    case 'directory':
    case 'fifo':
    default:
      return [];
  }
}

function entryOf(line: string, number: number): FileEntry {
  const [
    letter = '',
    mode = '',
    uid,
    gid,
    mtime,
    attributes = '',
    path = '',
    first = '',
    second = '',
    ...more
  ] = line.split(' ');
  const fail = (what: string): HeorotError => bad(`line ${number}: ${what}`);
  const whole = (text: string | undefined, what: string): number => {
    if (text === undefined || !/^-?\d{1,15}$/.test(text)) throw fail(`${what} is no number`);
    return Number(text);
  };
  if (!/^[0-7]{4,5}$/.test(mode)) throw fail('the mode is not octal');
  const common = {
    path: path === '.' ? '' : path,
    mode: Number.parseInt(mode, 8),
    uid: whole(uid, 'the owner'),
    gid: whole(gid, 'the group'),
    mtime: whole(mtime, 'the time'),
    attributes: attributesOf(attributes),
  };
  if (path === '' || !isSafe(common.path)) throw fail(`'${path}' leads out of the tree`);
  const details = [first, second, ...more].filter((detail) => detail !== '').length;
  const expect = (count: number): void => {
    if (details !== count) throw fail(`${count} details are wanted, ${details} are there`);
  };
  switch (letter) {
    case 'f':
      expect(2);
      if (!/^[0-9a-f]{64}$/.test(second)) throw fail('the hash is no sha256');
      return { ...common, type: 'file', size: whole(first, 'the size'), sha256: second };
    case 'l':
    case 'h':
      expect(1);
      if (letter === 'h' && !isSafe(first)) throw fail(`'${first}' leads out of the tree`);
      return { ...common, type: letters[letter], target: first };
    case 'c':
    case 'b':
      expect(2);
      return {
        ...common,
        type: letters[letter],
        major: whole(first, 'the major number'),
        minor: whole(second, 'the minor number'),
      };
    case 'd':
    case 'p':
      expect(0);
      return { ...common, type: letters[letter] };
    default:
      throw fail(`no kind of file '${letter}'`);
  }
}

function attributesOf(text: string): Attributes {
  if (text === '-') return [];
  return text.split(',').map((pair) => {
    const equals = pair.indexOf('=');
    return { name: pair.slice(0, Math.max(equals, 0)), value: pair.slice(equals + 1) };
  });
}

/** Neither absolute nor with a `.` or `..` in it. */
function isSafe(path: string): boolean {
  return path === '' || path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

function bad(what: string): HeorotError {
  return new HeorotError('image-manifest', `damaged file manifest: ${what}`, {
    hint: 'capture the image again, or fetch it again from where it came',
  });
}
