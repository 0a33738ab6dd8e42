// Reads an archive as it comes: ustar, GNU and pax (tar(5)), extended attributes, ACLs and sparse files as GNU tar 1.27 and later
// writes them in pax archives.
import { HeorotError } from '@heorot/inventory';
import { pathText } from '../path-text.ts';
import { ByteSource } from './byte-source.ts';
import { attributesOf, type PaxRecords, readPax } from './pax-records.ts';
import { blockSize, paddingAfter, type SparseMap, type TarEntry, type TarMember } from './tar-member.ts';

/** Longer than any name or set of attributes the kernel takes. */
const longestExtension = 8 * 1024 * 1024;

/** @throws HeorotError `tar` for what is no archive, is cut short, or leads out of its tree */
export async function* readTar(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<TarMember> {
  const source = new ByteSource(bytes);
  try {
    for (let header = await nextHeader(source); header !== undefined; header = await nextHeader(source))
      yield* memberOf(source, header);
  } catch (cause) {
    if (cause instanceof HeorotError || !(cause instanceof Error) || 'code' in cause) throw cause;
    throw new HeorotError('tar', cause.message, { cause });
  } finally {
    await source.end();
  }
}

interface Header {
  readonly block: Buffer;
  readonly records: PaxRecords;
}

/** The next header that is of a file, with what the extensions before it say. */
async function nextHeader(source: ByteSource): Promise<Header | undefined> {
  let records = new Map<string, string>();
  for (;;) {
    const block = await source.take(blockSize);
    if (block === undefined) return undefined;
    if (block.every((byte) => byte === 0)) continue;
    checkSum(block);
    const type = String.fromCharCode(block[156] ?? 0);
    if (!'LKxg'.includes(type)) return { block: Buffer.from(block), records };
    const size = numberAt(block, 124, 12);
    if (size > longestExtension) throw new Error('a header of the archive is too long');
    const content = Buffer.from((await source.take(size)) ?? '');
    await source.take(paddingAfter(size));
    if (type === 'x') records = new Map([...records, ...readPax(content)]);
    else if (type === 'L') records.set('path', cString(content));
    else if (type === 'K') records.set('linkpath', cString(content));
  }
}

async function* memberOf(source: ByteSource, { block, records }: Header): AsyncGenerator<TarMember> {
  const type = String.fromCharCode(block[156] ?? 0);
  if (type === 'S')
    throw new HeorotError('tar', 'the archive holds sparse files in the old GNU format', {
      hint: 'make it with: tar --format=posix --sparse ...',
    });
  const regular = '0\x007'.includes(type);
  const stored = regular ? Number(records.get('size') ?? numberAt(block, 124, 12)) : 0;
  const isSparse = records.get('GNU.sparse.major') === '1';
  const map = isSparse ? await readSparseMap(source) : undefined;
  const entry = entryOf(block, records, stored, map?.map);
  const content = stored - (map?.bytes ?? 0);
  const reader = source.pass(content);
  if (entry !== undefined) yield { entry, content: reader };
  // What was not read of it.
  for await (const _ of reader);
  await source.take(paddingAfter(stored));
}

/** The map stands before the content: lines of decimal numbers, filled up to a block. */
async function readSparseMap(
  source: ByteSource,
): Promise<{ readonly map: SparseMap; readonly bytes: number }> {
  let text = '';
  for (;;) {
    text += (await source.take(blockSize))?.toString('latin1') ?? '';
    const numbers = text.split('\n').slice(0, -1).map(Number);
    const count = numbers[0];
    if (count === undefined || numbers.length < 1 + 2 * count) continue;
    const pairs = Array.from(
      { length: count },
      (_, at) => [numbers[1 + 2 * at] ?? 0, numbers[2 + 2 * at] ?? 0] as const,
    );
    return { map: pairs.filter(([, length]) => length > 0), bytes: text.length };
  }
}

function entryOf(
  block: Buffer,
  records: PaxRecords,
  stored: number,
  sparse: SparseMap | undefined,
): TarEntry | undefined {
  const prefix = block.toString('latin1', 257, 263) === 'ustar\0' ? textAt(block, 345, 155) : '';
  const name =
    records.get('GNU.sparse.name') ??
    records.get('path') ??
    (prefix === '' ? '' : `${prefix}/`) + textAt(block, 0, 100);
  const number = (key: string, at: number, length: number): number =>
    Math.floor(Number(records.get(key) ?? numberAt(block, at, length)));
  const common = {
    path: treePath(name),
    mode: numberAt(block, 100, 8) & 0o7777,
    uid: number('uid', 108, 8),
    gid: number('gid', 116, 8),
    mtime: number('mtime', 136, 12),
    attributes: attributesOf(records),
  };
  const target = records.get('linkpath') ?? textAt(block, 157, 100);
  const device = { major: numberAt(block, 329, 8), minor: numberAt(block, 337, 8) };
  switch (String.fromCharCode(block[156] ?? 0)) {
    case '0':
    case '\0':
    case '7':
      if (name.endsWith('/')) return { ...common, type: 'directory' };
      return sparse === undefined
        ? { ...common, type: 'file', size: stored }
        : { ...common, type: 'file', size: Number(records.get('GNU.sparse.realsize') ?? 0), sparse };
    case '1':
      return { ...common, type: 'hardlink', target: treePath(target) };
    case '2':
      return { ...common, type: 'symlink', target: pathText(Buffer.from(target, 'latin1')) };
    case '3':
      return { ...common, type: 'character', ...device };
    case '4':
      return { ...common, type: 'block', ...device };
    case '5':
      return { ...common, type: 'directory' };
    case '6':
      return { ...common, type: 'fifo' };
    default:
      return undefined;
  }
}

/** Without what leads to the root of the tree. @throws Error for a path that leads out of it */
function treePath(name: string): string {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) throw new Error(`'${name}' leads out of the archive`);
  return pathText(Buffer.from(parts.join('/'), 'latin1'));
}

function cString(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString('latin1', 0, end < 0 ? bytes.length : end);
}

function textAt(block: Buffer, at: number, length: number): string {
  return cString(block.subarray(at, at + length));
}

/** Octal, or GNU's base 256 for what does not fit. */
function numberAt(block: Buffer, at: number, length: number): number {
  if (((block[at] ?? 0) & 0x80) !== 0) return block.readIntBE(at + length - 6, 6);
  return Number.parseInt(textAt(block, at, length).trim() || '0', 8);
}

function checkSum(block: Buffer): void {
  const sum = block.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 0x20 : byte), 0);
  if (sum !== numberAt(block, 148, 8)) throw new Error('this is no tar archive, or it is damaged');
}
