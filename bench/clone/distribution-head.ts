// The head of bench/clone/distribution.ts, to be run in its namespace: serves one layer, seeds it or sends it, until it is ended.
// argv: FOLDER DIGEST ADDRESS http|torrent|multicast RECEIVERS
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cast } from '../../packages/clone/src/distribution/cast.ts';
import {
  distributionFolder,
  isDistributed,
  materialOf,
} from '../../packages/clone/src/distribution/material.ts';
import { multicastGroupOf } from '../../packages/clone/src/distribution/multicast-group.ts';
import { startSeeder } from '../../packages/clone/src/distribution/seeder.ts';
import { readTorrent } from '../../packages/clone/src/distribution/torrent-file.ts';
import { openTracker } from '../../packages/clone/src/distribution/tracker.ts';
import { blobPath } from '../../packages/clone/src/image/blob-store.ts';
import { createHttpServer } from '../../packages/clone/src/service/http-server.ts';
import { openHead } from '../../packages/clone/src/service/open-head.ts';

const [folder = '', digest = '', address = '', method = '', receivers = '1'] = process.argv.slice(2);
const head = await openHead(folder);
const url = `http://${address}:8080`;
await materialOf(head.folder, digest);
const tracker = openTracker((infoHash) => isDistributed(head.folder, infoHash));
const slow = new Set<string>();
const server = createHttpServer(head, {
  now: Date.now,
  url: () => url,
  kernelArguments: '',
  isKnown: () => false,
  nodeRequests: (request) => ({ status: 200, body: slow.has(request.address) ? 'ok leave\n' : 'ok\n' }),
  tracker,
  onError: (error) => process.stderr.write(`${String(error)}\n`),
});
await new Promise<void>((resolve) => server.listen(8080, address, resolve));
const ending = new AbortController();
process.once('SIGTERM', () => ending.abort());
const layer = blobPath(head.folder.images, digest);
if (method === 'torrent') {
  const torrentFile = join(distributionFolder(head.folder), `${digest.slice('sha256:'.length)}.torrent`);
  const torrent = readTorrent(readFileSync(torrentFile));
  const child = startSeeder({ layer, torrent, peers: () => tracker.peers(torrent.infoHash, Date.now()) });
  ending.signal.addEventListener('abort', () => void child[Symbol.asyncDispose]());
}
process.stdout.write('ready\n');
if (method === 'multicast') {
  const { address: group, port } = multicastGroupOf(digest);
  const result = await cast({
    layer,
    group,
    port,
    receivers: Number(receivers),
    longestWaitSeconds: 10,
    interface: 'eth0',
    onSlow: (address) => void slow.add(address),
    signal: ending.signal,
  });
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
ending.signal.addEventListener('abort', () => {
  server.closeAllConnections();
  server.close();
});
if (ending.signal.aborted) server.close();
