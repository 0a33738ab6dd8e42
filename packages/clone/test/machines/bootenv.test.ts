// The boot environment built from real packages: needs apt's lists and the archive, no root. Downloads are kept in the cache folder.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { cacheFolder } from '@heorot/state';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildBootEnvironment } from '../../src/bootenv/build-boot-environment.ts';
import { bootBytes, type ContentsList, readContentsList } from '../../src/bootenv/contents-list.ts';

const folders = [1, 2].map(() => mkdtempSync(join(tmpdir(), 'heorot-bootenv-')));
const [first = '', second = ''] = folders;
const options = { cache: join(cacheFolder(process.env, 'clone'), 'packages'), signingKey: 'a key\n' };
let contents: ContentsList;
let names: readonly string[];

beforeAll(async () => {
  contents = await buildBootEnvironment({ folder: first, ...options });
  const archive = zstdDecompressSync(readFileSync(join(first, 'initrd.img')));
  names = spawnSync('cpio', ['--list', '--quiet'], { input: archive }).stdout.toString().split('\n');
}, 600_000);
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

describe('the boot environment', () => {
  it('is the same bytes when it is built again', { timeout: 600_000 }, async () => {
    expect(await buildBootEnvironment({ folder: second, ...options })).toEqual(contents);
  });

  it('has at most 20 MB of initramfs, and 30 MB with the kernel', () => {
    expect(contents.outputs.find(({ path }) => path === 'initrd.img')?.bytes).toBeLessThan(20e6);
    expect(bootBytes(contents)).toBeLessThan(30e6);
  });

  it('is listed file by file, with the package and version of each', async () => {
    expect(await readContentsList(first)).toEqual(contents);
    const listed = contents.files.map(({ path }) => path);
    expect(listed.filter((path) => !names.includes(path))).toEqual([]);
    expect(contents.files.filter((file) => file.package !== 'heorot' && file.version === '')).toEqual([]);
  });

  it('lies in its folder as the list says', () => {
    const found = contents.outputs.map(({ path }) => [
      path,
      createHash('sha256')
        .update(readFileSync(join(first, path)))
        .digest('hex'),
    ]);
    expect(found).toEqual(contents.outputs.map(({ path, sha256 }) => [path, sha256]));
  });

  it.each([
    'init',
    'bin/busybox',
    'bin/openssl',
    'lib64/ld-linux-x86-64.so.2',
    'etc/heorot/signing.pem',
    'lib/heorot/agent',
  ])('holds %s', (path) => {
    expect(names).toContain(path);
  });
});
