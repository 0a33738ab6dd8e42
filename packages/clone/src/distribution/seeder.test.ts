// The head gives each piece once, mends what was lost, and says nothing that a peer must not have.
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { array, assert, integer, property } from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openOffers } from './offers.ts';
import { blockHeader, handshake, have, type PeerMessage, peerMessages, unchoke } from './peer-wire.ts';
import { startSeeder } from './seeder.ts';

describe('offers', () => {
  it('tell each piece to one peer before any is told twice', () => {
    assert(
      property(
        integer({ min: 1, max: 60 }),
        array(integer({ min: 0, max: 3 }), { minLength: 400, maxLength: 400 }),
        (pieces, turns) => {
          const offers = openOffers<number>(pieces);
          for (let peer = 0; peer < 4; peer += 1) offers.enter(peer);
          const told: number[] = [];
          for (const peer of turns) {
            const piece = offers.next(peer);
            if (piece === undefined) continue;
            told.push(piece);
            offers.has(peer, piece);
          }
          expect(new Set(told.slice(0, pieces)).size).toBe(Math.min(pieces, told.length));
        },
      ),
    );
  });

  it('tell a piece again when the only one who had it is gone', () => {
    const offers = openOffers<string>(2);
    offers.enter('a');
    expect([offers.next('a'), offers.next('a'), offers.next('a')]).toEqual([0, 1, undefined]);
    offers.enter('b');
    offers.has('b', 1);
    offers.leave('a');
    expect(offers.next('b')).toBe(0);
  });

  it('do not wait for a peer that is slow: what it was told of goes to others in the end', () => {
    const offers = openOffers<string>(3);
    offers.enter('slow');
    offers.enter('fast');
    expect([offers.next('slow'), offers.next('slow'), offers.next('slow')]).toEqual([0, 1, 2]);
    expect(offers.next('fast')).toBe(0);
    expect(offers.isOffered('fast', 1)).toBe(false);
  });
});

describe('peer messages', () => {
  it.each([1, 3, 1000])('are read in pieces of %i bytes', async (size) => {
    const bytes = Buffer.concat([
      handshake('ab'.repeat(20), 'x'.repeat(20)),
      unchoke,
      have(7),
      Buffer.alloc(4),
      request(1, 2, 3),
    ]);
    async function* chunks(): AsyncGenerator<Buffer> {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    }
    expect(await read(chunks())).toEqual([
      { kind: 'handshake', infoHash: 'ab'.repeat(20) },
      { kind: 'other' },
      { kind: 'have', piece: 7 },
      { kind: 'request', piece: 1, offset: 2, length: 3 },
    ]);
  });

  it.each([
    ['another protocol', Buffer.alloc(100)],
    [
      'a message without end',
      Buffer.concat([handshake('ab'.repeat(20), 'x'.repeat(20)), Buffer.from('7fffffff', 'hex')]),
    ],
    ['a block without end', Buffer.concat([handshake('ab'.repeat(20), 'x'.repeat(20)), request(1, 0, 1e9)])],
  ])('%s is refused', async (_what, bytes) => {
    async function* once(): AsyncGenerator<Buffer> {
      yield bytes;
    }
    await expect(read(once())).rejects.toMatchObject({ code: 'peer' });
  });
});

async function read(chunks: AsyncIterable<Buffer>): Promise<readonly PeerMessage[]> {
  const messages: PeerMessage[] = [];
  for await (const message of peerMessages(chunks)) messages.push(message);
  return messages;
}

function request(piece: number, offset: number, length: number): Buffer {
  const bytes = Buffer.alloc(17);
  bytes.writeUInt32BE(13);
  bytes.writeUInt8(6, 4);
  for (const [at, value] of [piece, offset, length].entries()) bytes.writeUInt32BE(value, 5 + at * 4);
  return bytes;
}

describe('the seeder', () => {
  const content = randomBytes(100_000);
  const pieceBytes = 32_768;
  const infoHash = createHash('sha1').update(content).digest('hex');
  let folder: string;
  let layer: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'heorot-seeder-'));
    layer = join(folder, 'layer');
    await writeFile(layer, content);
  });
  afterAll(() => rm(folder, { recursive: true }));

  function seedTo({ port }: Listening): AsyncDisposable {
    const torrent = { infoHash, sizeBytes: content.length, pieceBytes };
    return startSeeder({ layer, torrent, peers: () => [{ address: '127.0.0.1', port }] });
  }

  it('calls on a peer and gives it all pieces, whole', async () => {
    const received = Buffer.alloc(content.length);
    let missing = 4;
    await using peer = await listen(async (socket, done) => {
      socket.write(handshake(infoHash, 'y'.repeat(20)));
      for await (const body of messages(socket)) {
        if (body[0] === 4) {
          const piece = body.readUInt32BE(1);
          socket.write(request(piece, 0, Math.min(pieceBytes, content.length - piece * pieceBytes)));
        }
        if (body[0] !== 7) continue;
        body.copy(received, body.readUInt32BE(1) * pieceBytes, 9);
        missing -= 1;
        socket.write(have(body.readUInt32BE(1)));
        if (missing === 0) done();
      }
    });
    await using _seeder = seedTo(peer);
    await peer.done;
    expect(received.equals(content)).toBe(true);
  });

  it('asks a peer to choose anew whom it gives to: it is interested, and then it is not', async () => {
    const heard: (number | undefined)[] = [];
    await using peer = await listen(async (socket, done) => {
      socket.write(handshake(infoHash, 'y'.repeat(20)));
      for await (const [id] of messages(socket)) {
        if (id === 2 || id === 3) heard.push(id);
        if (id === 3) done();
      }
    });
    await using _seeder = seedTo(peer);
    await peer.done;
    expect(heard).toEqual([2, 3]);
  });

  it('gives nothing that it has not told of, and nothing for another torrent', async () => {
    let bytes = 0;
    await using peer = await listen(async (socket, done) => {
      socket.write(Buffer.concat([handshake('00'.repeat(20), 'y'.repeat(20)), request(0, 0, 10)]));
      socket.once('close', () => done());
      for await (const chunk of socket) bytes += chunk.length;
    });
    await using _seeder = seedTo(peer);
    await peer.done;
    expect(bytes).toBeLessThanOrEqual(68);
    expect(blockHeader(1, 2, 3)).toHaveLength(13);
  });
});

/** As a peer reads, after the handshake: its blocks are none of what the seeder's own reader knows. */
async function* messages(socket: Socket): AsyncGenerator<Buffer> {
  let held: Buffer = Buffer.alloc(0);
  let isGreeted = false;
  for await (const chunk of socket) {
    held = Buffer.concat([held, chunk]);
    if (!isGreeted && held.length < 68) continue;
    if (!isGreeted) held = held.subarray(68);
    isGreeted = true;
    while (held.length >= 4 && held.length >= 4 + held.readUInt32BE(0)) {
      const body = held.subarray(4, 4 + held.readUInt32BE(0));
      held = held.subarray(4 + body.length);
      yield body;
    }
  }
}

interface Listening extends AsyncDisposable {
  readonly port: number;
  readonly done: Promise<void>;
}

async function listen(talk: (socket: Socket, done: () => void) => Promise<void>): Promise<Listening> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const server: Server = createServer((socket) => {
    talk(socket, resolve).catch(() => undefined);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    done: promise,
    [Symbol.asyncDispose]: () => new Promise<void>((closed) => void server.close(() => closed())),
  };
}
