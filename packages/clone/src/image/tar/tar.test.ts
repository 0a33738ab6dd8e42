import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pathText } from '../path-text.ts';
import { readPax, writePax } from './pax-records.ts';
import { readTar } from './read-tar.ts';
import { paddingAfter, storedSize, type TarEntry } from './tar-member.ts';
import { archiveEnd, memberHeader } from './write-tar-member.ts';

interface Whole {
  readonly entry: TarEntry;
  readonly content: Buffer;
}

function write(members: readonly Whole[]): Buffer {
  return Buffer.concat([
    ...members.flatMap(({ entry, content }) => [
      memberHeader(entry),
      content,
      Buffer.alloc(paddingAfter(storedSize(entry))),
    ]),
    archiveEnd,
  ]);
}

async function read(archive: Uint8Array, pieces = 7000): Promise<readonly Whole[]> {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < archive.length; at += pieces) yield archive.subarray(at, at + pieces);
  }
  const members: Whole[] = [];
  for await (const { entry, content } of readTar(chunks())) {
    const parts: Uint8Array[] = [];
    for await (const chunk of content) parts.push(chunk);
    members.push({ entry, content: Buffer.concat(parts) });
  }
  return members;
}

/** Names of any bytes but NUL and slash, some of them long. */
const name = fc
  .uint8Array({ minLength: 1, maxLength: 120 })
  .map((bytes) => Buffer.from(bytes.map((byte) => (byte === 0 || byte === 0x2f ? 0x61 : byte))))
  .filter((bytes) => !/^\.\.?$/.test(bytes.toString('latin1')));
const path = fc
  .array(name, { minLength: 1, maxLength: 3 })
  .map((parts) => pathText(Buffer.from(parts.map((part) => part.toString('latin1')).join('/'), 'latin1')));
const common = fc.record({
  path,
  mode: fc.integer({ min: 0, max: 0o7777 }),
  uid: fc.nat(4_294_967_295),
  gid: fc.nat(4_294_967_295),
  mtime: fc.integer({ min: -1_000_000, max: 40_000_000_000 }),
  attributes: fc
    .uniqueArray(
      fc.record({
        name: fc.constantFrom(
          'user.a=b,c d',
          'security.capability',
          'acl.access',
          'acl.default',
          'security.selinux',
          'trusted.x',
        ),
        value: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('base64')),
      }),
      { selector: ({ name: key }) => key },
    )
    .map((list) =>
      list
        .map((each) => ({
          ...each,
          name: each.name.replaceAll(' ', '\\x20').replaceAll('=', '\\x3d').replaceAll(',', '\\x2c'),
        }))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
    ),
});
const device = fc.record({ major: fc.nat(4095), minor: fc.nat(1_048_575) });
const member: fc.Arbitrary<Whole> = fc.oneof(
  fc.tuple(common, fc.uint8Array({ maxLength: 3000 })).map(
    ([entry, bytes]): Whole => ({
      entry: { ...entry, type: 'file', size: bytes.length },
      content: Buffer.from(bytes),
    }),
  ),
  common.map(
    (entry): Whole => ({
      entry: {
        ...entry,
        type: 'file',
        size: 9_000_000,
        sparse: [
          [4096, 512],
          [1_000_000, 3],
        ],
      },
      content: Buffer.alloc(515, 7),
    }),
  ),
  fc.tuple(common, path).map(
    ([entry, target]): Whole => ({
      entry: { ...entry, type: 'symlink', target },
      content: Buffer.alloc(0),
    }),
  ),
  fc.tuple(common, path).map(
    ([entry, target]): Whole => ({
      entry: { ...entry, type: 'hardlink', target },
      content: Buffer.alloc(0),
    }),
  ),
  fc.tuple(common, device).map(
    ([entry, numbers]): Whole => ({
      entry: { ...entry, ...numbers, type: 'block' },
      content: Buffer.alloc(0),
    }),
  ),
  common.map((entry): Whole => ({ entry: { ...entry, type: 'directory' }, content: Buffer.alloc(0) })),
  common.map((entry): Whole => ({ entry: { ...entry, type: 'fifo' }, content: Buffer.alloc(0) })),
);

describe('an archive', () => {
  it('gives back what was written, in pieces of any size', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(member, { maxLength: 5 }),
        fc.integer({ min: 1, max: 2000 }),
        async (members, pieces) => {
          expect(await read(write(members), pieces)).toEqual(members);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('goes on after content that nobody read', async () => {
    const file = (at: string): Whole => ({
      entry: { path: at, mode: 0o644, uid: 0, gid: 0, mtime: 0, attributes: [], type: 'file', size: 5000 },
      content: Buffer.alloc(5000, 1),
    });
    const paths: string[] = [];
    async function* chunks(): AsyncGenerator<Uint8Array> {
      yield write([file('a'), file('b')]);
    }
    for await (const { entry } of readTar(chunks())) paths.push(entry.path);
    expect(paths).toEqual(['a', 'b']);
  });

  it.each<[string, (archive: Buffer) => Buffer, string]>([
    ['is cut short', (archive) => archive.subarray(0, 600), 'cut short'],
    [
      'is something else',
      () => Buffer.from(createHash('sha512').update('').digest('hex').repeat(8)),
      'no tar archive',
    ],
    ['has a damaged header', (archive) => Buffer.concat([Buffer.from('X'), archive.subarray(1)]), 'damaged'],
  ])('is refused when it %s', async (_what, damage, message) => {
    const entry = {
      path: 'etc/a',
      mode: 0o644,
      uid: 0,
      gid: 0,
      mtime: 0,
      attributes: [],
      type: 'file',
      size: 600,
    } as const;
    const archive = write([{ entry, content: Buffer.alloc(600) }]);
    await expect(read(damage(archive))).rejects.toThrow(message);
  });

  it('is refused when a path leads out of it', async () => {
    const entry = {
      path: 'a',
      mode: 0o755,
      uid: 0,
      gid: 0,
      mtime: 0,
      attributes: [],
      type: 'directory',
    } as const;
    await expect(read(Buffer.concat([memberHeader(entry, '../a'), archiveEnd]))).rejects.toThrow('leads out');
  });
});

describe('pax records', () => {
  it('count their own length', () => {
    for (const size of [1, 2, 3, 90, 91, 92, 990, 991, 9990, 99_985]) {
      const records = new Map([['comment', 'x'.repeat(size)]]);
      expect(readPax(writePax(records))).toEqual(records);
    }
  });
});
