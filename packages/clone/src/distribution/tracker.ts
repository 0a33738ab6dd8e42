// A tracker (BEP 3, BEP 23): who has parts of which image. All of it is memory: peers announce themselves again within seconds.
import { isIPv4 } from 'node:net';
import { bencode } from './bencode.ts';

export interface Announce {
  /** Of the connection: what a peer says of its own address is not believed. */
  readonly address: string;
  /** The raw query of the request: values are bytes, not text. */
  readonly query: string;
}

export interface Tracker {
  /** The answer, bencoded; a refusal is one too. */
  announce(request: Announce, now: number): Buffer;
  /** Who has announced itself of late. @param infoHash in hex */
  peers(infoHash: string, now: number): readonly { readonly address: string; readonly port: number }[];
}

interface Peer {
  readonly address: string;
  readonly port: number;
  readonly seen: number;
}

/** Peers of a hall come within seconds of one another, and so shall they meet. */
const intervalSeconds = 5;
const forgottenMs = 60_000;
/** No swarm grows past what a packet of the usual size tells. */
const mostPeers = 50;

/** @param isOurs whether an info hash, in hex, is of an image that is being deployed */
export function openTracker(
  isOurs: (infoHash: string) => boolean,
  random: () => number = Math.random,
): Tracker {
  const swarms = new Map<string, Map<string, Peer>>();
  return {
    announce: ({ address, query }, now) => {
      const fields = parseQuery(query);
      const infoHash = fields.get('info_hash')?.toString('hex') ?? '';
      const port = Number(fields.get('port')?.toString('latin1'));
      if (infoHash.length !== 40 || !isOurs(infoHash)) return refusal('no such torrent');
      if (!isIPv4(address) || !Number.isInteger(port) || port < 1 || port > 65_535)
        return refusal('no such peer');
      const swarm = swarms.get(infoHash) ?? new Map<string, Peer>();
      swarms.set(infoHash, swarm);
      for (const [key, { seen }] of swarm) if (now - seen > forgottenMs) swarm.delete(key);
      const self = `${address}:${port}`;
      if (fields.get('event')?.toString('latin1') === 'stopped') swarm.delete(self);
      else swarm.set(self, { address, port, seen: now });
      const others = [...swarm].flatMap(([key, peer]) => (key === self ? [] : [peer]));
      return bencode({
        interval: intervalSeconds,
        'min interval': 1,
        peers: Buffer.concat(some(others, random).map(compact)),
      });
    },
    peers: (infoHash, now) =>
      [...(swarms.get(infoHash)?.values() ?? [])].filter(({ seen }) => now - seen <= forgottenMs),
  };
}

function refusal(why: string): Buffer {
  return bencode({ 'failure reason': why });
}

/** So that a large swarm is woven evenly. */
function some(peers: readonly Peer[], random: () => number): readonly Peer[] {
  if (peers.length <= mostPeers) return peers;
  const start = Math.floor(random() * peers.length);
  return [...peers.slice(start), ...peers.slice(0, start)].slice(0, mostPeers);
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
