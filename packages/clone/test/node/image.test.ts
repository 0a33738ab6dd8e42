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
    if (request.method === 'POST') {
      response.end('ok leave\n');
      return;
    }
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
  /** What other nodes have brought. */
  readonly store?: Buffer;
  /** The shell's words before the image is laid down. */
  readonly before?: string;
}

async function layDown({
  store,
  before = '',
}: Given = {}): Promise<{ status: number | null; words: string }> {
  mkdirSync(join(folder, 'files'));
  writeFileSync(
    join(folder, 'files/chunks'),
    printChunkList({ sizeBytes: layer.length, chunkBytes, sha256: chunkHashes }),
  );
  if (store !== undefined) writeFileSync(join(folder, 'store'), store);
  const parts = ['words', 'console', 'head', 'peers', 'image']
    .map((part) => `. ${library}/${part}.sh`)
    .join('; ');
  const script = `consoles=; ${parts}; run=${folder} target=${folder}/target head=http://127.0.0.1:${port} session=x
    store=${store === undefined ? '' : `${folder}/store`}; sleep() { :; }
    sha256=${sha256(layer)} size=${layer.length} media=application/vnd.oci.image.layer.v1.tar+zstd
    ${before}
    image_from http:/blobs/x; status=$?; stop_peers; echo "code $code"; exit $status`;
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

describe('an image', () => {
  it('comes from the head in one stream', async () => {
    expect(await layDown()).toMatchObject({ status: 0 });
    expect([isThere(), requests]).toEqual([true, 1]);
  });

  it('comes from others alone when they brought all of it', async () => {
    expect(await layDown({ store: layer })).toMatchObject({ status: 0 });
    expect([isThere(), requests]).toEqual([true, 0]);
  });

  it('is waited for as long as the others bring more', async () => {
    // Half of it is there; the rest is put behind it while the shell waits, as udp-receiver does.
    writeFileSync(join(folder, 'rest'), layer.subarray(150_000));
    const before = `sleep() { busybox sleep 0.1; }
      { busybox sleep 1; cat ${folder}/rest >>"$store"; } & peers_pid=$!`;
    expect(await layDown({ store: layer.subarray(0, 150_000), before })).toMatchObject({ status: 0 });
    expect([isThere(), requests]).toEqual([true, 0]);
  });

  it('is not waited for when the others bring nothing for too long', async () => {
    const before = `sleep() { busybox sleep 0.1; }
      busybox sleep 60 >/dev/null 2>&1 & peers_pid=$! peer_patience=1`;
    expect(await layDown({ store: layer.subarray(0, 150_000), before })).toMatchObject({ status: 0 });
    expect([isThere(), requests]).toEqual([true, 2]);
  });

  it('is waited for no more when the head says that the others wait for this node', async () => {
    // A shell's background job ignores SIGINT, and so would what it starts.
    const before = `sleep() { busybox sleep 0.1; }
      /usr/bin/env --default-signal=INT busybox sleep 600 >/dev/null 2>&1 & peers_pid=$!
      echo "$peers_pid" >"$run/multicast.pid"; piece=$run/piece; echo 0 >"$run/image.at"
      show_progress & trap "kill $!" EXIT`;
    expect(await layDown({ store: layer.subarray(0, 150_000), before })).toMatchObject({ status: 0 });
    expect([isThere(), requests]).toEqual([true, 2]);
  });

  it.each<[string, (bytes: Buffer) => Buffer, number]>([
    ['cut short', (bytes) => bytes.subarray(0, 4 * chunkBytes), 1],
    ['empty', (bytes) => bytes.subarray(0, 0), 1],
    ['damaged in one chunk', (bytes) => bytes.fill(1, 10, 20), 1],
    ['damaged in two chunks', (bytes) => bytes.fill(0, 70_000, 140_000), 2],
    ['without its last byte', (bytes) => bytes.subarray(0, bytes.length - 1), 1],
  ])('that others brought %s is mended by the head', async (_what, spoil, wanted) => {
    expect(await layDown({ store: spoil(Buffer.from(layer)) })).toMatchObject({ status: 0 });
    expect([isThere(), requests]).toEqual([true, wanted]);
  });

  it.each<[string, (bytes: Buffer) => Buffer]>([
    ['damaged', (bytes) => bytes.fill(1, 100_000, 100_020)],
    ['cut short', (bytes) => bytes.subarray(0, 100_000)],
  ])('is asked for again from where it came %s', async (_what, spoil) => {
    damage = (bytes, request) => (request === 1 ? spoil(bytes) : bytes);
    expect(await layDown()).toMatchObject({ status: 0 });
    expect([isThere(), requests]).toEqual([true, 2]);
  });

  it('is never called good when the head has other bytes', async () => {
    damage = (bytes) => bytes.fill(1, 10, 20);
    expect(await layDown()).toEqual({ status: 1, words: 'code hash\n' });
    expect(isThere()).toBe(false);
  });

  it('is not good with one bit turned at its end', async () => {
    damage = (bytes) => bytes.fill((bytes.at(-1) ?? 0) ^ 1, bytes.length - 1);
    expect((await layDown()).status).not.toBe(0);
  });

  it('that finds no room on the target is not asked for again', async () => {
    const before = 'unpacked() { head -c 1000 >/dev/null; return 1; }';
    expect(await layDown({ before })).toEqual({ status: 1, words: 'code image\n' });
    expect(requests).toBe(1);
  });
});
