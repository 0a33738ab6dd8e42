// What peers of a swarm say to one another (BEP 3), as far as a seeder needs it.
import { HeorotError } from '@heorot/inventory';

export type PeerMessage =
  | { readonly kind: 'handshake'; readonly infoHash: string }
  | { readonly kind: 'have'; readonly piece: number }
  | { readonly kind: 'bitfield'; readonly bits: Buffer }
  | {
      readonly kind: 'request' | 'cancel';
      readonly piece: number;
      readonly offset: number;
      readonly length: number;
    }
  /** Interest, choking, what we do not understand: nothing to do. */
  | { readonly kind: 'other' };

const protocol = Buffer.from('\x13BitTorrent protocol', 'latin1');
const handshakeBytes = protocol.length + 8 + 20 + 20;
/** A bitfield of a million pieces; nobody sends us blocks. */
const longestMessage = 128 * 1024;
/** Blocks that peers ask for are of 16 KiB. */
const longestBlock = 128 * 1024;
const ids = {
  unchoke: 1,
  interested: 2,
  notInterested: 3,
  have: 4,
  bitfield: 5,
  request: 6,
  piece: 7,
  cancel: 8,
} as const;

/** @param infoHash in hex. @param peerId 20 bytes */
export function handshake(infoHash: string, peerId: string): Buffer {
  return Buffer.concat([
    protocol,
    Buffer.alloc(8),
    Buffer.from(infoHash, 'hex'),
    Buffer.from(peerId, 'latin1'),
  ]);
}

export const unchoke = framed(ids.unchoke);
export const interested = framed(ids.interested);
export const notInterested = framed(ids.notInterested);

export function have(piece: number): Buffer {
  return framed(ids.have, word(piece));
}

/** What comes before a block of so many bytes. */
export function blockHeader(piece: number, offset: number, length: number): Buffer {
  return Buffer.concat([word(9 + length), Buffer.from([ids.piece]), word(piece), word(offset)]);
}

/** The messages of one connection. @throws HeorotError `peer` for what is none of the protocol */
export async function* peerMessages(chunks: AsyncIterable<Buffer>): AsyncGenerator<PeerMessage> {
  let held: Buffer = Buffer.alloc(0);
  let isGreeted = false;
  for await (const chunk of chunks) {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    if (!isGreeted && held.length >= handshakeBytes) {
      if (!held.subarray(0, protocol.length).equals(protocol)) throw new HeorotError('peer', 'no BitTorrent');
      yield { kind: 'handshake', infoHash: held.toString('hex', 28, 48) };
      isGreeted = true;
      held = held.subarray(handshakeBytes);
    }
    if (!isGreeted) continue;
    while (held.length >= 4) {
      const length = held.readUInt32BE(0);
      if (length > longestMessage) throw new HeorotError('peer', `a message of ${length} bytes`);
      if (held.length < 4 + length) break;
      if (length > 0) yield readMessage(held.subarray(4, 4 + length));
      held = held.subarray(4 + length);
    }
  }
}

function readMessage(body: Buffer): PeerMessage {
  const [id] = body;
  if (id === ids.have && body.length === 5) return { kind: 'have', piece: body.readUInt32BE(1) };
  if (id === ids.bitfield) return { kind: 'bitfield', bits: Buffer.from(body.subarray(1)) };
  if ((id === ids.request || id === ids.cancel) && body.length === 13) {
    const [piece, offset, length] = [body.readUInt32BE(1), body.readUInt32BE(5), body.readUInt32BE(9)];
    if (length > longestBlock) throw new HeorotError('peer', `a block of ${length} bytes`);
    return { kind: id === ids.request ? 'request' : 'cancel', piece, offset, length };
  }
  return { kind: 'other' };
}

function framed(id: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat([Buffer.from([id]), ...parts]);
  return Buffer.concat([word(body.length), body]);
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
