// One datagram of an agent, as bytes: 32 bytes of HMAC-SHA256 (RFC 2104) over all that follows, then text:
//
//   heorot-agent 1 KEYID NODE STARTED SEQUENCE BASE INTERVAL
//   heorot-netmon 1 …     the sampler's banner, and its lines I and R: only in a datagram that carries its base
//   B WORD…               the words of a sample that later ones are told against, in the same
//   S TICKS NANOSECONDS WORD…    the sample, without those words of `n r m l c t` that are as in the base
//
// The one thing that a collector ever says back, with its HMAC before it: `heorot-collector 1 KEYID NODE STARTED`, which asks
// for the base. Said again by someone else it costs the agent a longer datagram.
//
// Counters are the kernel's own, not differences, and the base is named: a datagram that is lost costs a reading, no more.
import { createHash, createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';

const agentVersion = 1;
const macLength = 32;
/** A header is told apart from anything else that comes to a port before any of it is looked at more closely. */
const magic = 'heorot-agent ';

export interface DatagramHeader {
  /** Which key it was made with: of another cluster, or not. */
  readonly keyId: string;
  readonly node: string;
  /** Wall clock of the node when its agent started, ms since 1970; grows from start to start. */
  readonly startedMs: number;
  /** 1 and up since the agent started. */
  readonly sequence: number;
  /** Number of the base that the sample is told against. */
  readonly base: number;
  readonly intervalMs: number;
}

export interface Datagram extends DatagramHeader {
  /** Empty in a datagram without its base. */
  readonly declarations: readonly string[];
  /** Words of the base; undefined in a datagram without it. */
  readonly baseWords: readonly string[] | undefined;
  readonly ticks: string;
  readonly clock: string;
  readonly words: readonly string[];
}

export type OpenedDatagram =
  | { readonly kind: 'datagram'; readonly datagram: Datagram }
  /** Made with another key, as it says itself. */
  | { readonly kind: 'foreign' }
  /** Says our key, but was not made with it, or was changed on its way. */
  | { readonly kind: 'forged' }
  /** No datagram of an agent, or of another version. */
  | { readonly kind: 'unreadable' };

/** Public name of a key: says which, tells nothing of it. */
export function keyIdOf(key: Uint8Array): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 8);
}

/**
 * Never throws: whatever comes to an open port is one of the four.
 *
 * @param key as a KeyObject: made of bytes each time, it would cost five times as much
 */
export function openDatagram(bytes: Uint8Array, key: KeyObject, keyId: string): OpenedDatagram {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const payload = buffer.subarray(macLength);
  if (payload.toString('latin1', 0, magic.length) !== magic) return { kind: 'unreadable' };
  const end = payload.indexOf(10);
  const [, version, id] = payload.toString('latin1', 0, Math.min(end < 0 ? 0 : end, 200)).split(' ');
  if (version !== String(agentVersion)) return { kind: 'unreadable' };
  if (id !== keyId) return { kind: 'foreign' };
  const mac = createHmac('sha256', key).update(payload).digest();
  if (!timingSafeEqual(mac, buffer.subarray(0, macLength))) return { kind: 'forged' };
  const datagram = parsePayload(payload.toString('utf8'));
  return datagram === undefined ? { kind: 'unreadable' } : { kind: 'datagram', datagram };
}

/** The bytes that an agent sends: for simulated agents, and for the property that opening is the inverse. */
export function sealDatagram(datagram: Datagram, key: KeyObject): Uint8Array {
  const { keyId, node, startedMs, sequence, base, intervalMs, baseWords } = datagram;
  const lines = [
    `${magic}${agentVersion} ${keyId} ${node} ${startedMs} ${sequence} ${base} ${intervalMs}`,
    ...(baseWords === undefined ? [] : [...datagram.declarations, ['B', ...baseWords].join(' ')]),
    ['S', datagram.ticks, datagram.clock, ...datagram.words].join(' '),
  ];
  return seal(`${lines.join('\n')}\n`, key);
}

/** Asks the agent that sent this for its base. */
export function sealBaseRequest({ keyId, node, startedMs }: DatagramHeader, key: KeyObject): Uint8Array {
  return seal(`heorot-collector ${agentVersion} ${keyId} ${node} ${startedMs}`, key);
}

function seal(text: string, key: KeyObject): Uint8Array {
  const payload = Buffer.from(text);
  return Buffer.concat([createHmac('sha256', key).update(payload).digest(), payload]);
}

function parsePayload(text: string): Datagram | undefined {
  const lines = text.split('\n');
  // It ends with a line feed: what was cut has none, but was found out by its HMAC.
  if (lines.pop() !== '') return undefined;
  const header = parseHeader(lines[0] ?? '');
  const [letter, ticks, clock, ...words] = lines.at(-1)?.split(' ') ?? [];
  if (header === undefined || letter !== 'S' || ticks === undefined || clock === undefined) return undefined;
  if (lines.length === 2) return { ...header, declarations: [], baseWords: undefined, ticks, clock, words };
  const [mark, ...baseWords] = lines.at(-2)?.split(' ') ?? [];
  if (mark !== 'B') return undefined;
  return { ...header, declarations: lines.slice(1, -2), baseWords, ticks, clock, words };
}

function parseHeader(line: string): DatagramHeader | undefined {
  const [, , keyId, node, ...numbers] = line.split(' ');
  const [startedMs, sequence, base, intervalMs] = numbers.map(Number);
  if (keyId === undefined || node === undefined || node === '') return undefined;
  if (startedMs === undefined || sequence === undefined || base === undefined || intervalMs === undefined)
    return undefined;
  const all = [startedMs, sequence, base, intervalMs];
  if (!all.every((number) => Number.isSafeInteger(number) && number >= 0)) return undefined;
  return { keyId, node, startedMs, sequence, base, intervalMs };
}
