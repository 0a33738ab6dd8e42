// A node as it is now, for a sync: its image, its files, and the hashes of those that look like neither image.
import type { Shell } from '../capture/node-shell.ts';
import { unpacked } from '../image/decompress.ts';
import { pathBytes, pathText } from '../image/path-text.ts';
import type { NodeFile } from './plan-sync.ts';
import { hashScript, stagedPrefix, stateScript } from './scripts.ts';

export interface NodeState {
  /** What /etc/heorot/image says: name and digest. */
  readonly image: string;
  readonly packing: 'zstd' | 'gzip';
  readonly files: ReadonlyMap<string, NodeFile>;
  /** Left by a sync that was interrupted. */
  readonly leftOver: readonly string[];
}

const types: Readonly<Record<string, NodeFile['type']>> = {
  f: 'file',
  d: 'directory',
  l: 'symlink',
  c: 'character',
  b: 'block',
  p: 'fifo',
};

export async function readState(
  shell: Shell,
  root: string,
  folders: readonly string[],
  count: (bytes: number) => void,
): Promise<NodeState> {
  const words = await wordsOf(shell.run(stateScript(root, folders)), count);
  const [image, packing] = [words.next(), words.next()];
  const files = new Map<string, NodeFile>();
  const leftOver: string[] = [];
  for (let facts = words.next(); facts.done !== true; facts = words.next()) {
    const [type = '', mode = '0', uid, gid, size, mtime] = String(facts.value).split(' ');
    const path = treePath(words.next().value);
    const target = pathText(words.next().value ?? Buffer.alloc(0));
    if (path.slice(path.lastIndexOf('/') + 1).startsWith(stagedPrefix)) leftOver.push(path);
    files.set(path, {
      type: types[type] ?? 'other',
      mode: Number.parseInt(mode, 8),
      uid: Number(uid),
      gid: Number(gid),
      size: Number(size),
      mtime: Number(mtime),
      target,
    });
  }
  return {
    image: String(image.value ?? ''),
    packing: String(packing.value) === 'zstd' ? 'zstd' : 'gzip',
    files,
    leftOver,
  };
}

export async function hashesOf(
  shell: Shell,
  root: string,
  paths: readonly string[],
  count: (bytes: number) => void,
): Promise<ReadonlyMap<string, string>> {
  if (paths.length === 0) return new Map();
  async function* names(): AsyncGenerator<Uint8Array> {
    yield Buffer.concat(paths.flatMap((path) => [Buffer.from('./'), pathBytes(path), Buffer.alloc(1)]));
  }
  const words = await wordsOf(shell.run(hashScript(root), { input: names() }), count);
  return new Map(
    [...words].map((word) => [treePath(word.subarray(66)), word.toString('latin1', 0, 64)] as const),
  );
}

function treePath(bytes: Buffer | undefined): string {
  return pathText(bytes ?? Buffer.alloc(0))
    .replace(/^\.\//, '')
    .replace(/\/$/, '');
}

async function wordsOf(
  packed: AsyncIterable<Uint8Array>,
  count: (bytes: number) => void,
): Promise<Generator<Buffer, undefined>> {
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of packed) {
      count(chunk.byteLength);
      yield chunk;
    }
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of unpacked(counted())) chunks.push(chunk);
  return split(Buffer.concat(chunks));
}

function* split(bytes: Buffer): Generator<Buffer, undefined> {
  let from = 0;
  for (let end = bytes.indexOf(0); end >= 0; end = bytes.indexOf(0, from)) {
    yield bytes.subarray(from, end);
    from = end + 1;
  }
  return undefined;
}
