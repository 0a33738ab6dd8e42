import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { BlockCache } from './block-cache.ts';
import { nameOfText } from './byte-name.ts';

const folder = mkdtempSync(join(tmpdir(), 'heorot-blocks-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = nameOfText(join(folder, 'file'));
const content = randomBytes(30_000_001);
writeFileSync(join(folder, 'file'), content);

async function digestOf(pieces: AsyncIterable<Buffer>, turns: number): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of pieces) {
    // Others read on meanwhile: the piece must stay what it was.
    for (let turn = 0; turn < turns; turn += 1) await new Promise(setImmediate);
    hash.update(piece);
  }
  return hash.digest('hex');
}

test('readers at different places and paces each get their own bytes', async () => {
  const blocks = new BlockCache();
  const ranges = Array.from({ length: 24 }, (_, reader) => ({
    from: reader * 1_000_003,
    to: content.length - reader * 7,
    turns: reader % 5,
  }));
  const digests = await Promise.all(
    ranges.map(({ from, to, turns }) => digestOf(blocks.range(file, from, to), turns)),
  );
  expect(digests).toEqual(
    ranges.map(({ from, to }) => createHash('sha256').update(content.subarray(from, to)).digest('hex')),
  );
});

test('a beginning stays what it was while others read', async () => {
  const blocks = new BlockCache();
  const beginning = await blocks.beginning(file);
  await digestOf(blocks.range(file, 0, content.length), 0);
  expect(beginning.equals(content.subarray(0, beginning.length))).toBe(true);
});

test('a reader that leaves early leaves the others alone', async () => {
  const blocks = new BlockCache();
  const whole = digestOf(blocks.range(file, 0, content.length), 1);
  for await (const piece of blocks.range(file, 0, content.length)) {
    expect(piece.length).toBeGreaterThan(0);
    break;
  }
  expect(await whole).toBe(createHash('sha256').update(content).digest('hex'));
});

test('a file that is not there, or shorter than asked for', async () => {
  const blocks = new BlockCache();
  await expect(digestOf(blocks.range(nameOfText('/no/such'), 0, 1), 0)).rejects.toThrow('ENOENT');
  expect(await digestOf(blocks.range(file, content.length - 3, content.length + 10), 0)).toBe(
    createHash('sha256').update(content.subarray(-3)).digest('hex'),
  );
});
