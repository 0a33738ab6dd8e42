// The files of a machine as `listScript` lists them, and which of them become part of an image.
import { type Fate, fateBy, type HygieneRule } from '../image/hygiene-rules.ts';
import { pathText } from '../image/path-text.ts';

export interface ListedFile {
  /** As the node names it, from the root. */
  readonly bytes: Buffer;
  /** As a manifest names it. */
  readonly path: string;
  /** A letter of find's `%y`. */
  readonly type: string;
  readonly size: number;
  readonly inode: string;
  /** Changes when the file changes: size, times, inode. `undefined` where it has several names. */
  readonly stamp: string | undefined;
}

export interface Selection {
  readonly files: readonly ListedFile[];
  readonly totalBytes: number;
  /** Left out by a rule: the topmost paths. */
  readonly leftOut: readonly string[];
  /** Could not be read. */
  readonly unreadable: readonly string[];
}

/**
 * @param chunks records ended by NUL
 * @param hidden folders of which only themselves are taken
 */
export async function selectFiles(
  chunks: AsyncIterable<Uint8Array>,
  rules: readonly HygieneRule[],
  hidden: readonly string[] = [],
): Promise<Selection> {
  const fate = fateBy(rules);
  const covers = hidden.map((path) => `${path}/`);
  const files = new Map<string, ListedFile>();
  const leftOut: string[] = [];
  const unreadable: string[] = [];
  for await (const record of records(chunks)) {
    const file = listed(record);
    if (file.type === 'u') unreadable.push(file.path);
    // Sockets are made anew by whoever listens there.
    if ('us?D'.includes(file.type)) continue;
    // Below what was left out, find goes on.
    const top = leftOut.at(-1);
    if (top !== undefined && file.path.startsWith(`${top}/`)) continue;
    if (ofACapture.test(file.path) || covers.some((cover) => file.path.startsWith(cover))) continue;
    if (fate(file.path) === ('absent' satisfies Fate)) leftOut.push(file.path);
    else files.set(file.path, file);
  }
  // The same tree gives the same image, in whatever order its folders list it; parents come before what is in them.
  const chosen = [...files.values()].sort((a, b) => Buffer.compare(a.bytes, b.bytes));
  return { files: chosen, totalBytes: chosen.reduce((sum, { size }) => sum + size, 0), leftOut, unreadable };
}

/** What a capture makes on a node for itself. */
const ofACapture = /(?:^|\/)\.?heorot-capture-[0-9a-f]{12}(?:-\d+)?(?:\/|$)/;

function listed(record: Buffer): ListedFile {
  const words: string[] = [];
  let at = 0;
  for (let count = 0; count < 6; count++) {
    const blank = record.indexOf(0x20, at);
    words.push(record.toString('latin1', at, blank));
    at = blank + 1;
  }
  const [type = '', size = '', mtime, ctime, inode = '', names] = words;
  const path = record.subarray(at);
  const bytes = path.at(-1) === 0x2f ? path.subarray(0, -1) : path;
  const isFile = type === 'f';
  return {
    bytes,
    path: pathText(bytes),
    type,
    size: isFile ? Number(size) : 0,
    inode,
    stamp: isFile && names === '1' ? `${size} ${mtime} ${ctime} ${inode}` : undefined,
  };
}

async function* records(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = Buffer.concat([rest, chunk]);
    let from = 0;
    for (let end = bytes.indexOf(0); end >= 0; end = bytes.indexOf(0, from)) {
      yield Buffer.from(bytes.subarray(from, end));
      from = end + 1;
    }
    rest = bytes.subarray(from);
  }
}
