// HMAC-SHA1 of one host name under many salts, four at a time: a WebAssembly SIMD routine emitted by this file.
// Only nominates lines of known_hosts; whoever uses it verifies each with node:crypto. Why: docs/decisions/hashed-known-hosts.md.

// Node has it; @types/node leaves its types to the DOM library, which has no place here.
declare const WebAssembly: {
  readonly Memory: new (descriptor: { initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Instance: new (
    module: WasmModule,
    imports: { host: { memory: object } },
  ) => { readonly exports: Readonly<Record<string, unknown>> };
};
type WasmModule = object;

/** Four salts side by side: inner state, outer state and expected digest, five vectors of 16 bytes each. */
export const groupBytes = 15 * 16;
/** Where groups begin: behind the 80 words of the name's message schedule. */
export const groupsOffset = 80 * 4;

/** The routine and the memory it works on. */
export interface Sha1Lanes {
  readonly memory: Int32Array<ArrayBuffer>;
  /** Byte offset of the first group in [from, to) with a lane whose digest is the expected one; `to` if none. */
  find(from: number, to: number): number;
}

/** @param groups how many groups of four the memory must hold */
export function sha1Lanes(groups: number): Sha1Lanes {
  const memory = new WebAssembly.Memory({
    initial: Math.ceil((groupsOffset + groups * groupBytes) / 65_536),
  });
  const instance = new WebAssembly.Instance(compiled(), { host: { memory } });
  const find = instance.exports['find'];
  if (typeof find !== 'function') throw new TypeError('the emitted module exports find');
  return { memory: new Int32Array(memory.buffer), find: (from, to) => Number(find(from, to)) };
}

/** The round constants of FIPS 180-4 section 4.2.1, one for each 20 rounds. */
export const roundConstants = [0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6] as const;

// Parameters from = 0 and to = 1; then vectors: five of state, one round constant, sixteen of message schedule.
const from = 0;
const to = 1;
const state = [2, 3, 4, 5, 6] as const;
const constant = 7;
const schedule = 8;
const inner = 0;
const outer = 5 * 16;
const expected = 10 * 16;
const hmacOuterBits = (64 + 20) * 8;

let cached: WasmModule | undefined;

function compiled(): WasmModule {
  cached ??= new WebAssembly.Module(Uint8Array.from(moduleBytes()));
  return cached;
}

function moduleBytes(): number[] {
  const section = (id: number, ...body: number[]) => [id, ...unsigned(body.length), ...body];
  const name = (text: string) => [text.length, ...Buffer.from(text)];
  const code = [1, 22, 0x7b, ...findBody(), 0x0b];
  return [
    ...Buffer.from('\0asm\x01\0\0\0', 'latin1'),
    ...section(1, 1, 0x60, 2, 0x7f, 0x7f, 1, 0x7f),
    ...section(2, 1, ...name('host'), ...name('memory'), 2, 0, 1),
    ...section(3, 1, 0),
    ...section(7, 1, ...name('find'), 0, 0),
    ...section(10, 1, ...unsigned(code.length), ...code),
  ];
}

/** while (from < to) { if (a lane of the group matches) return from; from += groupBytes } return to */
function findBody(): number[] {
  const loop = [
    ...get(from),
    ...get(to),
    0x4f,
    0x0d,
    1, // i32.ge_u, br_if: leave the block
    ...rounds(inner, (round) => [...i32(0), ...simd(0x09), 2, ...unsigned(round * 4)]), // v128.load32_splat
    ...outerMessage(),
    ...rounds(outer, outerWord),
    ...matches(),
    0x04,
    0x40,
    ...get(from),
    0x0f,
    0x0b, // if: return from
    ...get(from),
    ...i32(groupBytes),
    0x6a,
    0x21,
    from,
    0x0c,
    0, // from += groupBytes, br: again
  ];
  return [0x02, 0x40, 0x03, 0x40, ...loop, 0x0b, 0x0b, ...get(to)];
}

/** One SHA-1 compression (FIPS 180-4 section 6.1.2) of the chaining value at `offset`; the result stays in `state`. */
function rounds(offset: number, word: (round: number) => number[]): number[] {
  const code: number[] = state.flatMap((local, i) => [...load(offset + i * 16), ...set(local)]);
  for (let round = 0; round < 80; round++) {
    // The five variables change places each round: so do the locals' names, and nothing is moved.
    const [a, b, c, d, e] = [0, 1, 2, 3, 4].map((place) => 2 + ((place + 80 - round) % 5));
    if (a === undefined || b === undefined || c === undefined || d === undefined || e === undefined) break;
    if (offset === outer && round % 20 === 0) {
      code.push(...i32((roundConstants[round / 20] ?? 0) | 0), ...splat, ...set(constant));
    }
    code.push(
      ...get(e),
      ...rotateLeft(get(a), 5),
      ...add,
      ...mix(round, b, c, d),
      ...add,
      ...word(round),
      ...add,
      ...set(e),
    );
    code.push(...rotateLeft(get(b), 30), ...set(b));
  }
  return [
    ...code,
    ...state.flatMap((local, i) => [...get(local), ...load(offset + i * 16), ...add, ...set(local)]),
  ];
}

function mix(round: number, b: number, c: number, d: number): number[] {
  if (round < 20) return [...get(c), ...get(d), ...get(b), ...select]; // Ch
  if (round >= 40 && round < 60) return [...get(d), ...get(b), ...get(b), ...get(c), ...xor, ...select]; // Maj
  return [...get(b), ...get(c), ...xor, ...get(d), ...xor]; // Parity
}

/** The inner digest, padded: RFC 2104 hashes it behind one block of key. */
function outerMessage(): number[] {
  const padding = [0x8000_0000 | 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, hmacOuterBits];
  return [
    ...state.flatMap((local, i) => [...get(local), ...set(schedule + i)]),
    ...padding.flatMap((word, i) => [...i32(word), ...splat, ...set(schedule + 5 + i)]),
  ];
}

function outerWord(round: number): number[] {
  const at = (distance: number) => get(schedule + ((round + 16 - distance) % 16));
  const place = schedule + (round % 16);
  const word = [...at(3), ...at(8), ...xor, ...at(14), ...xor, ...at(16), ...xor];
  const expand = round < 16 ? [] : [...word, ...set(place), ...rotateLeft(get(place), 1), ...set(place)];
  return [...expand, ...get(place), ...get(constant), ...add];
}

/** True when in some lane all five words are the expected ones. */
function matches(): number[] {
  const equal = state.flatMap((local, i) => [
    ...get(local),
    ...load(expected + i * 16),
    ...simd(0x37),
    ...(i === 0 ? [] : simd(0x4e)),
  ]);
  return [...equal, ...simd(0x53)];
}

// WebAssembly core specification 2.0, section 5.4: instructions of the binary format.
function simd(opcode: number): number[] {
  return [0xfd, ...unsigned(opcode)];
}
const add = simd(0xae);
const xor = simd(0x51);
const select = simd(0x52);
const splat = simd(0x11);

function rotateLeft(operand: number[], bits: number): number[] {
  return [
    ...operand,
    ...i32(bits),
    ...simd(0xab),
    ...operand,
    ...i32(32 - bits),
    ...simd(0xad),
    ...simd(0x50),
  ];
}

function load(offset: number): number[] {
  return [...get(from), ...simd(0x00), 4, ...unsigned(offset)];
}

function get(local: number): number[] {
  return [0x20, local];
}

function set(local: number): number[] {
  return [0x21, local];
}

function i32(value: number): number[] {
  const bytes = [0x41];
  for (let rest = value; ; rest >>= 7) {
    const last = (rest >> 6 === 0 || rest >> 6 === -1) && (rest >> 7 === 0 || rest >> 7 === -1);
    bytes.push(last ? rest & 0x7f : (rest & 0x7f) | 0x80);
    if (last) return bytes;
  }
}

function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return [...bytes, rest];
    bytes.push((rest & 0x7f) | 0x80);
  }
}
