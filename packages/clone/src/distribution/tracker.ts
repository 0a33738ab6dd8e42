// A tracker (BEP 3, BEP 23): tells who comes for an image on whom to call. All of it is memory: peers announce themselves every few seconds.
import { isIPv4 } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { bencode } from './bencode.ts';
import { openSwarm, type Peer, type Swarm } from './swarm.ts';

export interface Announce {
  /** Of the connection: what a peer says of its own address is not believed. */
  readonly address: string;
  /** The raw query of the request: values are bytes, not text. */
  readonly query: string;
}

export interface Tracker {
  /** The answer, bencoded; a refusal is one too. A new peer waits for it until the head has had the time to call. */
  announce(request: Announce, now: number): Promise<Buffer>;
  /** Who has announced itself of late. @param infoHash in hex */
  peers(infoHash: string, now: number): readonly Peer[];
}

/** Peers of a hall come within seconds of one another, and so shall they meet. */
const intervalSeconds = 5;
/**
 * aria2 looks whether somebody has called when a tracker has answered, and else once a second (its DownloadEngine.cc): the head's seeder
 * is there before the answer, and peers that come together know of one another.
 */
const beforeAnswerMs = 250;

/** @param isOurs whether an info hash, in hex, is of an image that is being deployed */
export function openTracker(
  isOurs: (infoHash: string) => boolean,
  { waitMs = beforeAnswerMs }: { readonly waitMs?: number } = {},
): Tracker {
  const swarms = new Map<string, Swarm>();
  return {
    announce: async ({ address, query }, now) => {
      const fields = parseQuery(query);
      const infoHash = fields.get('info_hash')?.toString('hex') ?? '';
      const port = Number(fields.get('port')?.toString('latin1'));
      if (infoHash.length !== 40 || !isOurs(infoHash)) return refusal('no such torrent');
      if (!isIPv4(address) || !Number.isInteger(port) || port < 1 || port > 65_535)
        return refusal('no such peer');
      const swarm = swarms.get(infoHash) ?? openSwarm();
      swarms.set(infoHash, swarm);
      const peer = { address, port };
      if (fields.get('event')?.toString('latin1') === 'stopped') swarm.leave(peer);
      else if (swarm.enter(peer, now)) await sleep(waitMs);
      return bencode({
        interval: intervalSeconds,
        'min interval': 1,
        peers: Buffer.concat(swarm.callsOf(peer).map(compact)),
      });
    },
    peers: (infoHash, now) => swarms.get(infoHash)?.peers(now) ?? [],
  };
}

function refusal(why: string): Buffer {
  return bencode({ 'failure reason': why });
}

/** Four bytes of address, two of port (BEP 23). */
function compact({ address, port }: Peer): Buffer {
  return Buffer.from([...address.split('.').map(Number), port >> 8, port & 255]);
}

function parseQuery(query: string): ReadonlyMap<string, Buffer> {
  return new Map(
    query.split('&').flatMap((pair) => {
      const at = pair.indexOf('=');
      return at < 1 ? [] : [[pair.slice(0, at), percentDecoded(pair.slice(at + 1))] as const];
    }),
  );
}

function percentDecoded(text: string): Buffer {
  const bytes = text.replaceAll(/%([0-9a-fA-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, 'latin1');
}
