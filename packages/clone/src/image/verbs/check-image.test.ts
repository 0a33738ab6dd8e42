import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeTar } from '../../identity/write-tar.ts';
import { type CloneResult, runClone } from '../../testing/run-clone.ts';
import { importArchive } from '../import-archive.ts';
import { openStore } from '../open-store.ts';
import { readTar } from '../tar/read-tar.ts';

let cwd: string;
let env: Readonly<Record<string, string>>;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'heorot-check-'));
  env = { XDG_STATE_HOME: join(cwd, 'state'), NO_COLOR: '1' };
});
afterEach(() => rm(cwd, { recursive: true }));

const clone = (...argv: string[]): Promise<CloneResult> => runClone(argv, { cwd, env });

/** An image made by no rules: as one of another head could be. */
async function imageOf(name: string, files: Readonly<Record<string, string>>): Promise<void> {
  const tar = writeTar(Object.entries(files).map(([path, content]) => ({ path, mode: 0o644, content })));
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield tar;
  }
  const members = readTar(bytes());
  await importArchive(await openStore(env), { name, source: 'a test', rules: [], included: [], members });
}

const status =
  'Package: bash\nStatus: install ok installed\nArchitecture: amd64\nVersion: 5.2\n\nPackage: gone\nStatus: deinstall ok config-files\nVersion: 1\n';

describe('image check', () => {
  it('passes an image in which nothing is of one machine', async () => {
    await imageOf('good', { 'etc/machine-id': '', 'boot/vmlinuz-6.1': 'k' });
    expect(await clone('image', 'check', 'good')).toMatchObject({
      code: 0,
      stdout: 'good@1: nothing against it\n',
    });
  });

  it('fails one that holds identity or secrets, by path and reason', async () => {
    await imageOf('bad', {
      'etc/machine-id': '1234\n',
      'etc/ssh/ssh_host_rsa_key': 'key',
      'boot/vmlinuz-6.1': 'k',
    });
    const { code, stdout } = await clone('image', 'check', 'bad');
    expect(code).toBe(1);
    expect(stdout).toBe(
      'error: etc/machine-id: it is the identity of one machine\nerror: etc/ssh/ssh_host_rsa_key: it is the identity of one machine\nbad@1: not fit to be deployed\n',
    );
  });

  it('warns of passwords that open every node', async () => {
    await imageOf('open', { 'etc/shadow': 'root:$y$x:1::\nbin:*:1::\n', 'boot/vmlinuz-6.1': 'k' });
    const { code, stdout } = await clone('image', 'check', 'open');
    expect(code).toBe(0);
    expect(stdout).toContain('warning: etc/shadow: the password of root opens every node');
  });

  it('looks for the packages of a recipe among those that were recorded', async () => {
    await imageOf('deb', { 'var/lib/dpkg/status': status, 'boot/vmlinuz-6.1': 'k' });
    await writeFile(join(cwd, 'node.ks'), '%packages\nbash\nvim\n%end\n');
    const { code, stdout } = await clone('image', 'check', 'deb', '--recipe', 'node.ks');
    expect(code).toBe(1);
    expect(stdout).toContain("node.ks:3:1: error: the image does not hold 'vim' [package-missing]");
    expect((await clone('image', 'show', 'deb', '--packages')).stdout).toBe('bash 5.2 amd64\n');
  });
});

describe('image names', () => {
  it('count versions, mean the newest, and are never taken twice', async () => {
    await imageOf('base', { a: '1' });
    await imageOf('base', { a: '2' });
    expect((await clone('image', 'show', 'base')).stdout).toMatch(/^base@2 sha256:/);
    await expect(imageOf('base@2', { a: '3' })).rejects.toMatchObject({ code: 'image-name' });
    await expect(imageOf('no/name', {})).rejects.toMatchObject({ code: 'image-name' });
    expect(await clone('image', 'delete', 'base', '--yes')).toMatchObject({ code: 2 });
    expect(await clone('image', 'delete', 'base@2')).toMatchObject({ code: 2 });
    expect((await clone('image', 'delete', 'base@2', '--yes')).code).toBe(0);
    expect((await clone('image', 'show', 'base')).stdout).toMatch(/^base@1 sha256:/);
  });
});
