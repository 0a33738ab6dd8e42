import { createHash, randomBytes } from 'node:crypto';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { nameOfText } from './byte-name.ts';
import { DigestThread } from './digest-thread.ts';

const folder = mkdtempSync(join(tmpdir(), 'heorot-digest-'));
afterAll(() => rmSync(folder, { recursive: true }));
const digestOf = (content: Uint8Array) => createHash('sha256').update(content).digest('hex');

test.each([
  ['the whole file', 0, 3_000_000],
  ['a part of it', 1_500_000, 2_999_999],
  ['nothing of it', 7, 7],
])('digests %s', async (_what, from, to) => {
  const content = randomBytes(3_000_000);
  const file = join(folder, 'größe');
  writeFileSync(file, content);
  const digest = new DigestThread().begin(nameOfText(file), from);
  expect(await digest.finish(to)).toBe(digestOf(content.subarray(from, to)));
});

test('follows files that grow, several at a time, each at its own pace', async () => {
  const thread = new DigestThread();
  const files = Array.from({ length: 5 }, (_, number) => {
    const path = join(folder, `growing-${number}`);
    writeFileSync(path, '');
    return { path, content: randomBytes(2_500_000 + number), digest: thread.begin(nameOfText(path), 0) };
  });
  for (let at = 0; at < 3_000_000; at += 600_000) {
    for (const { path, content, digest } of files) {
      appendFileSync(path, content.subarray(at, at + 600_000));
      digest.upTo(Math.min(content.length, at + 600_000));
    }
    await new Promise(setImmediate);
  }
  const digests = await Promise.all(files.map(({ content, digest }) => digest.finish(content.length)));
  expect(digests).toEqual(files.map(({ content }) => digestOf(content)));
});

test('a file that is shorter than it should be has another digest, and is not waited for', async () => {
  const file = join(folder, 'short');
  writeFileSync(file, 'abc');
  expect(await new DigestThread().begin(nameOfText(file), 0).finish(1_000_000)).toBe(
    digestOf(Buffer.from('abc')),
  );
});

test('a file that cannot be read is an error, not a hang, and leaves the others alone', async () => {
  const thread = new DigestThread();
  const file = join(folder, 'there');
  writeFileSync(file, 'abc');
  const there = thread.begin(nameOfText(file), 0);
  await expect(thread.begin(nameOfText(join(folder, 'missing')), 0).finish(1)).rejects.toThrow('ENOENT');
  expect(await there.finish(3)).toBe(digestOf(Buffer.from('abc')));
});

test('a digest that is given up is no more waited for, and the next one works', async () => {
  const thread = new DigestThread();
  const file = join(folder, 'again');
  writeFileSync(file, 'abc');
  const first = thread.begin(nameOfText(file), 0);
  first[Symbol.dispose]();
  await expect(first.finish(3)).rejects.toThrow('given up');
  expect(await thread.begin(nameOfText(file), 0).finish(3)).toBe(digestOf(Buffer.from('abc')));
});
