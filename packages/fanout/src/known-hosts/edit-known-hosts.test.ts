import { mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { utils } from 'ssh2';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { appendKnownHosts, removeKnownHost, replaceKnownHost } from './edit-known-hosts.ts';
import { KnownHosts } from './known-hosts.ts';
import { formatKnownHostLine } from './known-hosts-line.ts';

const key = Buffer.from(utils.generateKeyPairSync('ed25519').public.split(' ')[1] ?? '', 'base64');
const keyText = `ssh-ed25519 ${key.toString('base64')}`;
let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'known-hosts-'));
  path = join(folder, 'known_hosts');
});
afterEach(() => rm(folder, { recursive: true }));

describe('appending', () => {
  test('makes the folder and the file for nobody else', async () => {
    const file = join(folder, 'new', 'known_hosts');
    appendKnownHosts(file, formatKnownHostLine(['n1'], key));
    expect(await readFile(file, 'utf8')).toBe(`n1 ${keyText}\n`);
    expect([(await stat(file)).mode & 0o777, (await stat(join(folder, 'new'))).mode & 0o777]).toEqual([
      0o600, 0o700,
    ]);
  });

  test('does not run into a last line without a line feed', async () => {
    await writeFile(path, `n0 ${keyText}`);
    appendKnownHosts(path, formatKnownHostLine(['n1', '10.0.0.1'], key));
    expect(await readFile(path, 'utf8')).toBe(`n0 ${keyText}\nn1,10.0.0.1 ${keyText}\n`);
  });

  test('a hashed line names nobody, and is found again', () => {
    const line = formatKnownHostLine(['[storage-7]:2222'], key, { hash: true });
    expect(line).not.toContain('storage-7');
    const hosts = new KnownHosts([{ path, text: line }]);
    expect(hosts.check({ host: 'storage-7', port: 2222 }, key).kind).toBe('known');
  });
});

describe('removing', () => {
  const before = [
    '# people',
    `n1 ${keyText} old`,
    `N1,10.0.0.1 ${keyText}`,
    `n* ${keyText}`,
    `@revoked n1 ${keyText}`,
    formatKnownHostLine(['n1'], key, { hash: true }).trim(),
    'not a line at all',
    `n2 ${keyText}`,
  ];

  test('takes the host away and leaves every other word', async () => {
    await writeFile(path, `${before.join('\n')}\n`, { mode: 0o640 });
    expect(await removeKnownHost(path, ['n1'])).toEqual({ lines: [2, 3, 6] });
    const after = [
      '# people',
      `10.0.0.1 ${keyText}`,
      `n* ${keyText}`,
      `@revoked n1 ${keyText}`,
      'not a line at all',
      `n2 ${keyText}`,
    ];
    expect(await readFile(path, 'utf8')).toBe(`${after.join('\n')}\n`);
    expect((await stat(path)).mode & 0o777).toBe(0o640);
  });

  test('does not touch a file that does not know the host, nor make one', async () => {
    expect(await removeKnownHost(path, ['n1'])).toEqual({ lines: [] });
    await expect(stat(path)).rejects.toThrow('ENOENT');
  });
});

describe('replacing', () => {
  test('puts the new key in the place of the old ones', async () => {
    await writeFile(path, `n1 ${keyText} old\nn2 ${keyText}`);
    const lines = formatKnownHostLine(['n1'], key);
    expect(await replaceKnownHost(path, ['n1'], lines)).toEqual({ lines: [1] });
    expect(await readFile(path, 'utf8')).toBe(`n2 ${keyText}\nn1 ${keyText}\n`);
  });

  test('follows a symbolic link instead of replacing it', async () => {
    await writeFile(join(folder, 'shared'), `n1 ${keyText} old\n`);
    await symlink('shared', path);
    await replaceKnownHost(path, ['n1'], '');
    expect(await readFile(join(folder, 'shared'), 'utf8')).toBe('');
  });

  test('starts a file that is not there', async () => {
    await replaceKnownHost(path, ['n1'], formatKnownHostLine(['n1'], key));
    expect(await readFile(path, 'utf8')).toBe(`n1 ${keyText}\n`);
  });
});
