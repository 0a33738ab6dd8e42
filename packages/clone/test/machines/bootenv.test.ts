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
import { PARTS } from '../../src/bootenv/contents.ts';
import { bootBytes, type ContentsList, readContentsList } from '../../src/bootenv/contents-list.ts';

const pathOf = ({ path }: { readonly path: string }) => path;
const folders = [1, 2].map(() => mkdtempSync(join(tmpdir(), 'heorot-bootenv-')));
const [first = '', second = ''] = folders;
const options = { cache: join(cacheFolder(process.env, 'clone'), 'packages'), signingKey: 'a key\n' };
let contents: ContentsList;
let names: ReadonlyMap<string, readonly string[]>;

beforeAll(async () => {
  contents = await buildBootEnvironment({ folder: first, ...options });
  names = new Map(
    ['initrd.img', ...Object.keys(PARTS)].map((archive) => [archive, namesIn(join(first, archive))]),
  );
}, 600_000);
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function namesIn(archive: string): readonly string[] {
  const input = zstdDecompressSync(readFileSync(archive));
  return spawnSync('cpio', ['--list', '--quiet'], { input }).stdout.toString().split('\n');
}

describe('the boot environment', () => {
  it('is the same bytes when it is built again', { timeout: 600_000 }, async () => {
    expect(await buildBootEnvironment({ folder: second, ...options })).toEqual(contents);
  });

  it('has at most 20 MB that every boot loads, the kernel among them', () => {
    expect(bootBytes(contents)).toBeLessThan(20e6);
  });

  it('is listed file by file, with the package and version of each', async () => {
    expect(await readContentsList(first)).toEqual(contents);
    expect(contents.files.filter(({ archive, path }) => names.get(archive)?.includes(path) !== true)).toEqual(
      [],
    );
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

  it('holds no file twice that every boot has', () => {
    const present = new Set(contents.files.filter(({ archive }) => archive === 'initrd.img').map(pathOf));
    expect(
      contents.files.filter(({ archive, path }) => archive !== 'initrd.img' && present.has(path)),
    ).toEqual([]);
  });

  it.each([
    ['initrd.img', 'init'],
    ['initrd.img', 'bin/busybox'],
    ['initrd.img', 'bin/openssl'],
    ['initrd.img', 'lib64/ld-linux-x86-64.so.2'],
    ['initrd.img', 'etc/heorot/signing.pem'],
    ['initrd.img', 'lib/heorot/agent'],
    ['storage.cpio.zst', 'bin/lvm'],
    ['storage.cpio.zst', 'bin/lvs'],
    ['rescue.cpio.zst', 'bin/dropbear'],
    ['aria2.cpio.zst', 'bin/aria2c'],
  ])('holds in %s: %s', (archive, path) => {
    expect(names.get(archive)).toContain(path);
  });
});
