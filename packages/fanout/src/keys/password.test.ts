import { chown, mkdtemp, open, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readPassword } from './password.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'password-'));
  path = join(folder, 'password');
});
afterEach(() => rm(folder, { recursive: true }));

describe('a password', () => {
  test.each(['secret', 'secret\n', 'secret\r\nsecond line\n'])(
    'is the first line of a private file: %j',
    async (text) => {
      await writeFile(path, text, { mode: 0o600 });
      expect(await readPassword({ kind: 'file', path })).toBe('secret');
    },
  );

  test('keeps its blanks', async () => {
    expect(await readPassword({ kind: 'prompt', ask: async () => ' se cret ' })).toBe(' se cret ');
  });

  test('comes from a file descriptor', async () => {
    await writeFile(path, 'secret\n');
    await using file = await open(path);
    expect(await readPassword({ kind: 'descriptor', descriptor: file.fd })).toBe('secret');
  });

  test.each([0o640, 0o604, 0o644])('is refused from a file with mode %o', async (mode) => {
    await writeFile(path, 'secret\n', { mode });
    await expect(readPassword({ kind: 'file', path })).rejects.toMatchObject({
      code: 'password-file-unsafe',
      hint: `chmod 600 ${path}`,
    });
  });

  test('is refused from a file of another user, root aside', async () => {
    await writeFile(path, 'secret\n', { mode: 0o600 });
    // Root's files are anybody's to trust: where root runs the tests, the file is given away.
    if (process.getuid?.() === 0) await chown(path, 65_534, 65_534);
    const { uid } = await stat(path);
    await expect(readPassword({ kind: 'file', path }, uid + 1)).rejects.toMatchObject({
      code: 'password-file-unsafe',
      message: `the password file '${path}' belongs to user ${uid}`,
    });
    expect(await readPassword({ kind: 'file', path }, uid)).toBe('secret');
  });

  test('is never empty', async () => {
    await expect(readPassword({ kind: 'prompt', ask: async () => '' })).rejects.toMatchObject({
      code: 'password-empty',
    });
  });

  test('from a file that is not there, or a descriptor that is not open, is an error', async () => {
    await expect(readPassword({ kind: 'file', path })).rejects.toMatchObject({ code: 'password-unreadable' });
    await expect(readPassword({ kind: 'descriptor', descriptor: 999 })).rejects.toMatchObject({
      code: 'password-unreadable',
    });
  });
});
