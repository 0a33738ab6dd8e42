// Which hashed host fields (`|1|SALT|DIGEST`, HashKnownHosts of ssh_config(5)) stand for a given name.
import { createHmac } from 'node:crypto';
import { groupBytes, groupsOffset, roundConstants, type Sha1Lanes, sha1Lanes } from './sha1-lanes.ts';

/** The two parts of a hashed host field; both 20 bytes. */
export interface HashedName {
  readonly salt: Buffer;
  readonly digest: Buffer;
}

/** Splits `|1|SALT|DIGEST`; undefined when it is not of that form. */
export function parseHashedName(text: string): HashedName | undefined {
  const [empty, magic, salt, digest, ...rest] = text.split('|');
  if (empty !== '' || magic !== '1' || salt === undefined || digest === undefined || rest.length > 0)
    return undefined;
  const hashed = { salt: Buffer.from(salt, 'base64'), digest: Buffer.from(digest, 'base64') };
  return hashed.salt.length === 20 && hashed.digest.length === 20 ? hashed : undefined;
}

export function formatHashedName(name: string, salt: Buffer): string {
  return `|1|${salt.toString('base64')}|${hmac(name, salt).toString('base64')}`;
}

/** Answers "at which places does this name stand" for a fixed list of hashed names. */
export class HashedNames {
  readonly #names: readonly HashedName[];
  #lanes: Sha1Lanes | undefined;

  constructor(names: readonly HashedName[]) {
    this.#names = names;
  }

  /** Indices, ascending, of the hashed names that are `name`. */
  find(name: string): number[] {
    const nominated = this.#nominate(name);
    return nominated.filter((index) => {
      const hashed = this.#names[index];
      return hashed !== undefined && hmac(name, hashed.salt).equals(hashed.digest);
    });
  }

  #nominate(name: string): number[] {
    const bytes = Buffer.from(name);
    if (this.#names.length === 0) return [];
    // The lanes take one block: 64 bytes less the padding. No DNS label list of that length needs to be fast.
    if (bytes.length > 55) return this.#names.map((_, index) => index);

    this.#lanes ??= load(this.#names);
    this.#lanes.memory.set(nameSchedule(bytes));
    const end = groupsOffset + Math.ceil(this.#names.length / 4) * groupBytes;
    const found: number[] = [];
    for (
      let at = this.#lanes.find(groupsOffset, end);
      at < end;
      at = this.#lanes.find(at + groupBytes, end)
    ) {
      const first = ((at - groupsOffset) / groupBytes) * 4;
      found.push(first, first + 1, first + 2, first + 3);
    }
    return found;
  }
}

function hmac(name: string, salt: Buffer): Buffer {
  return createHmac('sha1', salt).update(name).digest();
}

/** Lays the names out in groups of four, with the states that depend on the salt alone worked out once. */
function load(names: readonly HashedName[]): Sha1Lanes {
  const lanes = sha1Lanes(Math.ceil(names.length / 4));
  for (const [index, { salt, digest }] of names.entries()) {
    const base = groupsOffset / 4 + Math.floor(index / 4) * (groupBytes / 4) + (index % 4);
    const inner = compressKey(salt, 0x36);
    const outer = compressKey(salt, 0x5c);
    for (let word = 0; word < 5; word++) {
      lanes.memory[base + word * 4] = inner[word] ?? 0;
      lanes.memory[base + (5 + word) * 4] = outer[word] ?? 0;
      lanes.memory[base + (10 + word) * 4] = digest.readInt32BE(word * 4);
    }
  }
  return lanes;
}

/** The message schedule of the inner hash's second block, round constants added: the same for every salt. */
function nameSchedule(name: Buffer): Int32Array {
  const block = Buffer.alloc(64);
  name.copy(block);
  block[name.length] = 0x80;
  block.writeUInt32BE((64 + name.length) * 8, 60);
  return messageSchedule(block);
}

/** SHA-1's chaining value after the block `key XOR pad` (RFC 2104). */
function compressKey(key: Buffer, pad: number): Int32Array {
  const block = Buffer.alloc(64, pad);
  for (const [index, byte] of key.entries()) block[index] = byte ^ pad;
  return compress(messageSchedule(block));
}

function messageSchedule(block: Buffer): Int32Array {
  const words = new Int32Array(80);
  for (let i = 0; i < 16; i++) words[i] = block.readInt32BE(i * 4);
  for (let i = 16; i < 80; i++)
    words[i] = rotateLeft(at(words, i - 3) ^ at(words, i - 8) ^ at(words, i - 14) ^ at(words, i - 16), 1);
  for (let i = 0; i < 80; i++) words[i] = at(words, i) + (roundConstants[Math.trunc(i / 20)] ?? 0);
  return words;
}

/** FIPS 180-4 section 6.1.2, from the initial value; twice a salt and no more, so written plainly. */
function compress(schedule: Int32Array): Int32Array {
  const [h0, h1, h2, h3, h4] = [
    0x67452301,
    0xefcdab89 | 0,
    0x98badcfe | 0,
    0x10325476,
    0xc3d2e1f0 | 0,
  ] as const;
  let a: number = h0;
  let b: number = h1;
  let c: number = h2;
  let d: number = h3;
  let e: number = h4;
  for (let round = 0; round < 80; round++) {
    const next = (rotateLeft(a, 5) + mix(round, b, c, d) + e + at(schedule, round)) | 0;
    e = d;
    d = c;
    c = rotateLeft(b, 30);
    b = a;
    a = next;
  }
  return Int32Array.of(h0 + a, h1 + b, h2 + c, h3 + d, h4 + e);
}

function at(words: Int32Array, index: number): number {
  return words[index] ?? 0;
}

function mix(round: number, b: number, c: number, d: number): number {
  if (round < 20) return (b & c) | (~b & d);
  if (round >= 40 && round < 60) return (b & c) | (b & d) | (c & d);
  return b ^ c ^ d;
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
