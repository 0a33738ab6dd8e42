import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { nameOfText } from './byte-name.ts';
import { digestInThread } from './digest-thread.ts';

const folder = mkdtempSync(join(tmpdir(), 'heorot-digest-'));
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ['the whole file', 0, 3_000_000],
  ['a part of it', 1_500_000, 2_999_999],
  ['nothing of it', 7, 7],
])('digests %s', async (_what, from, to) => {
  const content = randomBytes(3_000_000);
  const file = join(folder, 'größe');
  writeFileSync(file, content);
  const expected = createHash('sha256').update(content.subarray(from, to)).digest('hex');
  expect(await digestInThread(nameOfText(file), from, to)).toBe(expected);
});

test('a file that cannot be read is an error, not a hang', async () => {
  await expect(digestInThread(nameOfText(join(folder, 'missing')), 0, 1)).rejects.toThrow('ENOENT');
});
