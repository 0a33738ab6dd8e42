// What nodes are told of an image: chunks, pieces, peers, and by which way it comes.
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, property, stringMatching, uint8Array } from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bencode } from './bencode.ts';
import { chooseTransport, type TransportFacts } from './choose-transport.ts';
import { CHUNK_BYTES, listChunks, PIECE_BYTES, printChunkList } from './chunk-list.ts';
import { imageSources } from './distributor.ts';
import { multicastGroupOf } from './multicast-group.ts';
import { makeTorrent } from './torrent-file.ts';
import { openTracker } from './tracker.ts';

describe('bencode', () => {
  it.each<[Parameters<typeof bencode>[0], string]>([
    [0, 'i0e'],
    [-3, 'i-3e'],
    ['spam', '4:spam'],
    ['', '0:'],
    ['ä', '2:ä'],
    [['a', 1], 'l1:ai1ee'],
    [{ b: 1, a: [] }, 'd1:ale1:bi1ee'],
  ])('%j', (value, written) => expect(bencode(value).toString()).toBe(written));

  it('keeps bytes as they are', () => {
    assert(
      property(uint8Array(), (bytes) => {
        expect(bencode(bytes)).toEqual(Buffer.concat([Buffer.from(`${bytes.length}:`), bytes]));
      }),
    );
  });
});

describe('the lists of a layer', () => {
  const content = Buffer.alloc(CHUNK_BYTES + PIECE_BYTES + 7, 'layer ');
  const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
  let folder: string;
  let path: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'heorot-chunks-'));
    path = join(folder, 'layer');
    await writeFile(path, content);
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('have a hash for each chunk and each piece, the short last ones too', async () => {
    const { chunks, pieces } = await listChunks(path, digest);
    const hash = (kind: string, from: number, to: number) =>
      createHash(kind).update(content.subarray(from, to));
    expect(printChunkList(chunks)).toBe(
      [
        `heorot-chunks 1 ${CHUNK_BYTES} ${content.length}`,
        hash('sha256', 0, CHUNK_BYTES).digest('hex'),
        hash('sha256', CHUNK_BYTES, content.length).digest('hex'),
        '',
      ].join('\n'),
    );
    expect(pieces.sha1).toHaveLength(20 * 18);
    expect(pieces.sha1.subarray(340)).toEqual(hash('sha1', 17 * PIECE_BYTES, content.length).digest());
    const { file, infoHash } = makeTorrent('layer', content.length, pieces);
    const info = file.subarray('d4:info'.length, -1);
    expect(infoHash).toBe(createHash('sha1').update(info).digest('hex'));
    expect(info.toString('latin1')).toMatch(
      /^d6:lengthi4456455e4:name5:layer12:piece lengthi262144e6:pieces360:/,
    );
  });

  it('are not made of a damaged layer', async () => {
    await expect(listChunks(path, `sha256:${'0'.repeat(64)}`)).rejects.toMatchObject({
      code: 'image-damaged',
    });
  });
});

describe('the tracker', () => {
  const ours = 'ab'.repeat(20);
  const hash = '%AB'.repeat(20);
  const ask = (port: number, more = '') => `info_hash=${hash}&peer_id=x&port=${port}&left=1&compact=1${more}`;
  const none = 'd8:intervali5e12:min intervali1e5:peers0:e';
  const open = (isOurs: (infoHash: string) => boolean = () => true) => openTracker(isOurs, { waitMs: 0 });

  it('tells a peer on whom to call, and tells it again', async () => {
    const tracker = open((infoHash) => infoHash === ours);
    expect((await tracker.announce({ address: '10.0.0.1', query: ask(6881) }, 0)).toString()).toBe(none);
    for (const now of [1, 2]) {
      const answer = await tracker.announce({ address: '10.0.0.2', query: ask(6882) }, now);
      expect([...answer.subarray(-7, -1)]).toEqual([10, 0, 0, 1, 26, 225]);
    }
    // It is called on.
    expect((await tracker.announce({ address: '10.0.0.1', query: ask(6881) }, 3)).toString()).toBe(none);
  });

  it('answers a new peer when the head knows of it', async () => {
    const tracker = openTracker(() => true, { waitMs: 20 });
    const answer = tracker.announce({ address: '10.0.0.1', query: ask(6881) }, 0);
    expect(tracker.peers(ours, 0)).toEqual([{ address: '10.0.0.1', port: 6881 }]);
    // One that comes meanwhile is known as well.
    await Promise.all([answer, tracker.announce({ address: '10.0.0.2', query: ask(6882) }, 1)]);
    expect([...(await answer).subarray(-7, -1)]).toEqual([10, 0, 0, 2, 26, 226]);
  });

  it.each<[string, string, number]>([
    ['has stopped', ask(6881, '&event=stopped'), 1],
    ['was not heard for long', 'port=6881', 15_001],
  ])('forgets a peer that %s', async (_what, query, later) => {
    const tracker = open();
    await tracker.announce({ address: '10.0.0.1', query: ask(6881) }, 0);
    await tracker.announce({ address: '10.0.0.1', query }, 0);
    expect((await tracker.announce({ address: '10.0.0.2', query: ask(6882) }, later)).toString()).toBe(none);
  });

  it.each([
    ['another torrent', `info_hash=${'%CD'.repeat(20)}&port=1`],
    ['no torrent', 'port=1'],
    ['no port', `info_hash=${hash}`],
    ['a wrong port', ask(70_000)],
    ['nothing', ''],
  ])('refuses %s', async (_what, query) => {
    const tracker = open((infoHash) => infoHash === ours);
    expect((await tracker.announce({ address: '10.0.0.1', query }, 0)).toString()).toMatch(
      /^d14:failure reason/,
    );
  });
});

describe('the transport', () => {
  const many: TransportFacts = { nodes: 64, imageBytes: 1e9, linkBitsPerSecond: 1e9, torrentReady: true };
  it.each<[string, Partial<TransportFacts>, string]>([
    ['many nodes for the link', {}, 'torrent'],
    ['no aria2', { torrentReady: false }, 'http'],
    ['three nodes', { nodes: 3 }, 'http'],
    ['a small image', { imageBytes: 1e6 }, 'http'],
    ['a fast link', { linkBitsPerSecond: 100e9 }, 'http'],
    ['a link that does not say how fast it is', { linkBitsPerSecond: undefined }, 'torrent'],
  ])('is chosen by itself: %s', (_what, facts, transport) =>
    expect(chooseTransport('auto', { ...many, ...facts })).toBe(transport),
  );

  it('is the one that was asked for', () => {
    expect(chooseTransport('multicast', { ...many, torrentReady: false })).toBe('multicast');
  });
});

it('a multicast group stays within the organisation, and its port is even', () => {
  assert(
    property(stringMatching(/^[0-9a-f]{64}$/), (hex) => {
      const { address, port } = multicastGroupOf(`sha256:${hex}`);
      expect(address).toMatch(/^239\.19[2-5]\.\d+\.\d+$/);
      expect([port % 2, port >= 20_000 && port < 30_000]).toEqual([0, true]);
    }),
  );
});

it('the image line of a plan says what its sources are', () => {
  const steps = 'phase image 60\nimage abcd 12 tar torrent:torrent http:/blobs/sha256/abcd\n';
  expect(imageSources(steps)).toEqual({ digest: 'sha256:abcd', torrent: true, multicast: false });
  expect(imageSources('phase check 60\n')).toBeUndefined();
});
