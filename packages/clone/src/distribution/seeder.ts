// The head's own part in a swarm: gives each piece of a layer once, as far as it can, and leaves the rest to the nodes. It calls on the
// peers that its tracker knows; nobody calls on it.
import { randomBytes } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { openOffers } from './offers.ts';
import {
  blockHeader,
  handshake,
  have,
  interested,
  notInterested,
  type PeerMessage,
  peerMessages,
  unchoke,
} from './peer-wire.ts';
import type { Peer } from './swarm.ts';
import type { Torrent } from './torrent-file.ts';

export interface SeedOptions {
  /** The file. */
  readonly layer: string;
  readonly torrent: Omit<Torrent, 'file'>;
  /** Who announces itself now. */
  readonly peers: () => readonly Peer[];
}

/** Others meet those through the tracker. */
const mostConnections = 40;
const lookMs = 200;
/**
 * Every so many looks each peer is asked to choose anew whom it gives to. aria2 does so when somebody's interest changes, and else every
 * ten seconds; with a head that wants nothing on its list it leaves out one neighbour in two that had nothing to give yet.
 */
const looksBetweenChoices = 10;
/** A peer that takes nothing for so long is not waited for. */
const stalledMs = 30_000;

type Request = Extract<PeerMessage, { readonly kind: 'request' | 'cancel' }>;

export function startSeeder({ layer, torrent, peers }: SeedOptions): AsyncDisposable {
  const { infoHash, sizeBytes, pieceBytes } = torrent;
  const count = Math.ceil(sizeBytes / pieceBytes);
  const offers = openOffers<string>(count);
  const sockets = new Map<string, Socket>();
  const peerId = `-HE0100-${randomBytes(6).toString('hex')}`;
  const stopping = new AbortController();

  async function serve(key: string, { address, port }: Peer, file: FileHandle): Promise<void> {
    const socket = connect({ host: address, port, noDelay: true });
    sockets.set(key, socket);
    // Told to whoever reads; here, so that one after the last read is nobody's crash.
    socket.on('error', () => undefined);
    socket.setTimeout(stalledMs * 4, () => socket.destroy());
    const wanted: Request[] = [];
    let wake = (): void => undefined;
    socket.on('drain', () => wake());
    const sending = sendBlocks();
    try {
      socket.write(handshake(infoHash, peerId));
      for await (const message of peerMessages(socket)) hear(message);
    } catch {
      // It will be called on again if it is still there.
    } finally {
      offers.leave(key);
      socket.destroy();
      wake();
      await sending;
      sockets.delete(key);
    }

    function hear(message: PeerMessage): void {
      switch (message.kind) {
        case 'handshake':
          if (message.infoHash !== infoHash) return void socket.destroy();
          offers.enter(key);
          socket.write(unchoke);
          return tell();
        case 'have':
          offers.has(key, message.piece);
          return tell();
        case 'bitfield':
          for (let piece = 0; piece < count; piece += 1)
            if (((message.bits[piece >> 3] ?? 0) >> (7 - (piece & 7))) & 1) offers.has(key, piece);
          return tell();
        case 'request':
          if (!offers.isOffered(key, message.piece)) return;
          wanted.push(message);
          return wake();
        case 'cancel': {
          const at = wanted.findIndex(
            ({ piece, offset }) => piece === message.piece && offset === message.offset,
          );
          if (at >= 0) wanted.splice(at, 1);
          return;
        }
        case 'other':
        default:
      }
    }

    function tell(): void {
      for (let piece = offers.next(key); piece !== undefined; piece = offers.next(key))
        socket.write(have(piece));
    }

    async function sendBlocks(): Promise<void> {
      while (!socket.destroyed) {
        const request = socket.writableNeedDrain ? undefined : wanted.shift();
        if (request === undefined) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          continue;
        }
        const { piece, offset, length } = request;
        const { buffer, bytesRead } = await file.read(
          Buffer.alloc(length),
          0,
          length,
          piece * pieceBytes + offset,
        );
        if (bytesRead < length) socket.destroy();
        if (socket.destroyed) return;
        socket.cork();
        socket.write(blockHeader(piece, offset, length));
        socket.write(buffer);
        socket.uncork();
      }
    }
  }

  async function callOnPeers(): Promise<void> {
    await using file = await open(layer, 'r');
    const serving = new Set<Promise<void>>();
    let looks = 0;
    while (!stopping.signal.aborted) {
      for (const peer of peers()) {
        const key = `${peer.address}:${peer.port}`;
        if (sockets.has(key) || sockets.size >= mostConnections) continue;
        const one = serve(key, peer, file).finally(() => serving.delete(one));
        serving.add(one);
      }
      looks = (looks + 1) % looksBetweenChoices;
      const word = [interested, notInterested][looks];
      if (word !== undefined)
        for (const socket of sockets.values()) if (!socket.connecting) socket.write(word);
      await sleep(lookMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
    for (const socket of sockets.values()) socket.destroy();
    await Promise.allSettled(serving);
  }

  const running = callOnPeers();
  running.catch(() => undefined);
  return {
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      await running.catch(() => undefined);
    },
  };
}
