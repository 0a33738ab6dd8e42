// The head's seeder and tracker with the aria2 that nodes run: all get every byte, whoever is killed on the way.
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { listChunks } from '../src/distribution/chunk-list.ts';
import { startSeeder } from '../src/distribution/seeder.ts';
import { makeTorrent, readTorrent, type Torrent } from '../src/distribution/torrent-file.ts';
import { openTracker } from '../src/distribution/tracker.ts';

const content = randomBytes(24_000_007);
let folder: string;
let torrent: Torrent;
let server: Server;
let seeder: AsyncDisposable;
let announce: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heorot-torrent-'));
  const layer = join(folder, 'layer');
  await writeFile(layer, content);
  const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
  const { pieces } = await listChunks(layer, digest);
  torrent = makeTorrent('layer', content.length, pieces);
  await writeFile(join(folder, 'torrent'), torrent.file);
  const tracker = openTracker((infoHash) => infoHash === torrent.infoHash);
  server = createServer((request, response) => {
    const query = (request.url ?? '').replace(/^[^?]*\??/, '');
    void tracker.announce({ address: '127.0.0.1', query }, Date.now()).then((answer) => response.end(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  announce = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/announce`;
  seeder = startSeeder({ layer, torrent, peers: () => tracker.peers(torrent.infoHash, Date.now()) });
});
afterEach(async () => {
  await seeder[Symbol.asyncDispose]();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

interface Node {
  /** When it has every byte, by its own hashes. */
  readonly complete: Promise<void>;
  readonly path: string;
  kill(): Promise<void>;
}

/** As node/lib/heorot/peers.sh starts it, but for what wakes it. */
async function startNode(name: string, limit: string): Promise<Node> {
  const place = join(folder, name);
  await mkdir(place);
  const done = join(place, 'done');
  await writeFile(done, '#!/bin/sh\necho done\n', { mode: 0o755 });
  // biome-ignore format: one option after the other
  const options = [
    '--no-conf', '--quiet', `--dir=${place}`, '--index-out=1=image', `--bt-tracker=${announce}`, '--bt-tracker-interval=2',
    '--enable-dht=false', '--enable-dht6=false', '--bt-enable-lpd=false', '--enable-peer-exchange=false', '--bt-min-crypto-level=plain',
    '--file-allocation=none', '--seed-ratio=0.0', '--listen-port=21000-21999', `--max-overall-download-limit=${limit}`,
    `--on-bt-download-complete=${done}`,
  ];
  const child = spawn('aria2c', [...options, join(folder, 'torrent')], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const exit = once(child, 'exit');
  return {
    complete: new Promise((resolve) => child.stdout.once('data', () => resolve())),
    path: join(place, 'image'),
    async kill() {
      child.kill('SIGKILL');
      await exit;
    },
  };
}

it('gives every byte to all nodes, though one of them is killed in the midst', async () => {
  const dying = await startNode('dying', '2M');
  const nodes = await Promise.all(['n1', 'n2', 'n3'].map((name) => startNode(name, '8M')));
  await new Promise((resolve) => setTimeout(resolve, 1500));
  await dying.kill();
  await Promise.all(nodes.map(({ complete }) => complete));
  for (const { path } of nodes) expect((await readFile(path)).equals(content)).toBe(true);
  await Promise.all(nodes.map((node) => node.kill()));
});

it('gives every byte to a node that is alone', async () => {
  expect(readTorrent(torrent.file)).toEqual(torrent);
  const node = await startNode('n1', '0');
  await node.complete;
  expect((await readFile(node.path)).equals(content)).toBe(true);
  await node.kill();
});
