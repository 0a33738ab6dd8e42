// How the image comes to the target, by the node's own shell against a real HTTP server: nothing is unpacked that was not checked,
// and what others have brought is taken only where it is good.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { printChunkList } from '../../src/distribution/chunk-list.ts';
import { writeTar } from '../../src/identity/write-tar.ts';

const library = join(import.meta.dirname, '../../node/lib/heorot');
const chunkBytes = 64 * 1024;
const content = randomBytes(400_000);
const layer = zstdCompressSync(writeTar([{ path: 'etc/data', mode: 0o644, content }]));
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const chunkHashes = Array.from({ length: Math.ceil(layer.length / chunkBytes) }, (_, at) =>
  sha256(layer.subarray(at * chunkBytes, (at + 1) * chunkBytes)),
);

let folder: string;
let server: Server;
let port: number;
let requests: number;
/** What the head sends in the place of the right bytes. */
let damage: (bytes: Buffer, request: number) => Buffer;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'heorot-image-'));
  mkdirSync(join(folder, 'target'));
  requests = 0;
  damage = (bytes) => bytes;
  server = createServer((request, response) => {
    const [, first = '0', last = ''] = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? '') ?? [];
    const end = last === '' ? layer.length : Number(last) + 1;
    const body = damage(Buffer.from(layer.subarray(Number(first), end)), (requests += 1));
    response.writeHead(206, { 'content-length': end - Number(first) });
    response.write(body, () => (body.length < end - Number(first) ? response.destroy() : response.end()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  port = typeof address === 'object' ? (address?.port ?? 0) : 0;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

interface Given {
  readonly chunks?: boolean;
  /** What other nodes have brought. */
  readonly store?: Buffer;
  /** They say that it is all. */
  readonly complete?: boolean;
}

async function layDown({
  chunks = true,
  store,
  complete = false,
}: Given): Promise<{ status: number | null; words: string }> {
  mkdirSync(join(folder, 'files'));
  if (chunks)
    writeFileSync(
      join(folder, 'files/chunks'),
      printChunkList({ sizeBytes: layer.length, chunkBytes, sha256: chunkHashes }),
    );
  if (store !== undefined) writeFileSync(join(folder, 'store'), store);
  const parts = ['words', 'console', 'head', 'peers', 'image']
    .map((part) => `. ${library}/${part}.sh`)
    .join('; ');
  const script = `consoles=; ${parts}; run=${folder} target=${folder}/target head=http://127.0.0.1:${port} session=x
    store=${store === undefined ? '' : `${folder}/store`} store_complete=${complete ? 'yes' : ''}; sleep() { :; }
    sha256=${sha256(layer)} size=${layer.length} media=application/vnd.oci.image.layer.v1.tar+zstd
    image_from http:/blobs/x; status=$?; echo "code $code"; exit $status`;
  // As on a node: what busybox has comes first.
  mkdirSync(join(folder, 'bin'));
  execFileSync('busybox', ['--install', '-s', join(folder, 'bin')]);
  const child: ChildProcess = spawn('busybox', ['sh', '-c', script], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: `${join(folder, 'bin')}:${process.env['PATH']}` },
  });
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  const words = child.stdout === null ? '' : await text(child.stdout);
  return { status: await exit, words };
}

const isThere = (): boolean => {
  try {
    return readFileSync(join(folder, 'target/etc/data')).equals(content);
  } catch {
    return false;
  }
};

describe('an image with a signed list of chunks', () => {
  it.each<[string, Buffer, number]>([
    ['is taken from the others without a word to the head when all of theirs is good', layer, 0],
    ['is mended by the head where theirs is not', Buffer.from(layer).fill(1, 10, 20), 1],
    ['is mended by the head where theirs ends early', layer.subarray(0, layer.length - 1), 1],
  ])('%s, though they say it is all', async (_what, store, wanted) => {
    expect(await layDown({ store, complete: true })).toMatchObject({ status: 0 });
    expect([isThere(), requests]).toEqual([true, wanted]);
  });

  it('comes from the head, chunk by chunk', async () => {
    expect(await layDown({})).toMatchObject({ status: 0 });
    expect([isThere(), requests]).toEqual([true, chunkHashes.length]);
  });

  it('comes from others alone when they brought all of it', async () => {
    expect(await layDown({ store: layer })).toMatchObject({ status: 0 });
    expect([isThere(), requests]).toEqual([true, 0]);
  });

  it.each<[string, (bytes: Buffer) => Buffer]>([
    ['cut short', (bytes) => bytes.subarray(0, bytes.length - 100_000)],
    ['empty', (bytes) => bytes.subarray(0, 0)],
    ['damaged in two chunks', (bytes) => bytes.fill(0, 70_000, 140_000)],
  ])('that others brought %s is mended by the head', async (_what, spoil) => {
    expect(await layDown({ store: spoil(Buffer.from(layer)) })).toMatchObject({ status: 0 });
    expect(isThere()).toBe(true);
    expect(requests).toBeGreaterThan(0);
  });

  it.each<[string, (bytes: Buffer) => Buffer]>([
    ['damaged', (bytes) => bytes.fill(1, 10, 20)],
    ['cut short', (bytes) => bytes.subarray(0, 1000)],
  ])('is asked for once more when a chunk came %s', async (_what, spoil) => {
    damage = (bytes, request) => (request === 2 ? spoil(bytes) : bytes);
    expect(await layDown({})).toMatchObject({ status: 0 });
    expect([isThere(), requests]).toEqual([true, chunkHashes.length + 1]);
  });

  it('is never called good when the head has other bytes', async () => {
    damage = (bytes) => bytes.fill(1, 10, 20);
    expect(await layDown({})).toEqual({ status: 1, words: 'code hash\n' });
    expect(isThere()).toBe(false);
  });
});

describe('an image without a list', () => {
  it('is told good by the hash of the whole', async () => {
    expect(await layDown({ chunks: false })).toMatchObject({ status: 0 });
    expect(isThere()).toBe(true);
  });

  it('goes on where the connection broke', async () => {
    damage = (bytes, request) => (request === 1 ? bytes.subarray(0, 100_000) : bytes);
    expect(await layDown({ chunks: false })).toMatchObject({ status: 0 });
    expect([isThere(), requests]).toEqual([true, 2]);
  });

  it('is not good with one bit turned', async () => {
    damage = (bytes) => bytes.fill((bytes.at(-1) ?? 0) ^ 1, bytes.length - 1);
    expect((await layDown({ chunks: false })).status).not.toBe(0);
  });
});
