// Reads what we need of an ELF file (System V ABI, chapters 4 and 5; 64 bits, little endian): the libraries that a program
// names, its loader, and the text that a kernel module says of itself. Nothing is executed to learn it, as ldd would.

/** What a program or library asks for. */
export interface ElfFile {
  /** DT_NEEDED: `libc.so.6`. */
  readonly needed: readonly string[];
  /** PT_INTERP: `/lib64/ld-linux-x86-64.so.2`; `undefined` for a static program or a library. */
  readonly interpreter: string | undefined;
}

const PT_DYNAMIC = 2;
const PT_INTERP = 3;
const DT_NEEDED = 1;
const NAMES_OF_LIBRARIES = '.dynstr';

/** @returns `undefined` for what is no ELF file of 64 bits, little endian */
export function readElf(bytes: Buffer): ElfFile | undefined {
  if (!isElf(bytes)) return undefined;
  const segments = programHeaders(bytes);
  const interpreter = segments.find(({ type }) => type === PT_INTERP);
  const dynamic = segments.find(({ type }) => type === PT_DYNAMIC);
  const names = sections(bytes).find(({ name }) => name === NAMES_OF_LIBRARIES)?.content;
  return {
    interpreter:
      interpreter && textAt(bytes.subarray(interpreter.offset, interpreter.offset + interpreter.size), 0),
    needed: dynamic && names ? neededOf(bytes, dynamic, names) : [],
  };
}

/** `key=value` pairs of a kernel module (.modinfo: `depends`, `alias`, `softdep`), in order; a key may come often. */
export function readModuleInfo(bytes: Buffer): readonly (readonly [string, string])[] {
  const info = isElf(bytes) ? sections(bytes).find(({ name }) => name === '.modinfo') : undefined;
  if (info === undefined) return [];
  return info.content
    .toString('latin1')
    .split('\0')
    .flatMap((pair) => {
      const at = pair.indexOf('=');
      return at < 0 ? [] : [[pair.slice(0, at), pair.slice(at + 1)] as const];
    });
}

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly size: number;
}

function isElf(bytes: Buffer): boolean {
  return bytes.length > 64 && bytes.readUInt32BE(0) === 0x7f454c46 && bytes[4] === 2 && bytes[5] === 1;
}

function programHeaders(bytes: Buffer): readonly Segment[] {
  const start = Number(bytes.readBigUInt64LE(32));
  const size = bytes.readUInt16LE(54);
  return Array.from({ length: bytes.readUInt16LE(56) }, (_, index) => {
    const at = start + index * size;
    return {
      type: bytes.readUInt32LE(at),
      offset: Number(bytes.readBigUInt64LE(at + 8)),
      size: Number(bytes.readBigUInt64LE(at + 32)),
    };
  });
}

function neededOf(bytes: Buffer, { offset, size }: Segment, names: Buffer): readonly string[] {
  const needed: string[] = [];
  for (let at = offset; at + 16 <= offset + size; at += 16)
    if (bytes.readBigUInt64LE(at) === BigInt(DT_NEEDED))
      needed.push(textAt(names, Number(bytes.readBigUInt64LE(at + 8))));
  return needed;
}

interface Section {
  readonly name: string;
  readonly content: Buffer;
}

function sections(bytes: Buffer): readonly Section[] {
  const start = Number(bytes.readBigUInt64LE(40));
  const size = bytes.readUInt16LE(58);
  const raw = Array.from({ length: bytes.readUInt16LE(60) }, (_, index) => {
    const at = start + index * size;
    const offset = Number(bytes.readBigUInt64LE(at + 24));
    return {
      nameAt: bytes.readUInt32LE(at),
      content: bytes.subarray(offset, offset + Number(bytes.readBigUInt64LE(at + 32))),
    };
  });
  const names = raw[bytes.readUInt16LE(62)]?.content ?? Buffer.alloc(0);
  return raw.map(({ nameAt, content }) => ({ name: textAt(names, nameAt), content }));
}

function textAt(bytes: Buffer, at: number): string {
  const end = bytes.indexOf(0, at);
  return bytes.toString('latin1', at, end < 0 ? bytes.length : end);
}
