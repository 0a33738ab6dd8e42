// Nodes of a rehearsal cluster are brought from one version of an image to the next while they run.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Lab, startEmbeddedLab } from '@heorot/lab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CloneOptions, type CloneResult, runClone } from '../src/testing/run-clone.ts';

const run = promisify(execFile);
let folder: string;
let lab: Lab;
let options: CloneOptions;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heorot-sync-'));
  lab = await startEmbeddedLab({ folder: join(folder, 'lab'), nodes: 2 });
  const environment = Object.fromEntries(
    Object.entries(process.env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
  options = {
    cwd: folder,
    env: {
      ...environment,
      HEOROT_CLUSTER: lab.clusterFile,
      XDG_STATE_HOME: join(folder, 'state'),
      NO_COLOR: '1',
    },
  };
  await goldenAt(
    'base@1',
    `
mkdir -p etc/ssh usr/bin usr/lib boot/grub lib/modules/1 usr/share tmp
echo one > usr/bin/tool; echo lib1 > usr/lib/libtool.so.1; ln -s libtool.so.1 usr/lib/libtool.so; ln usr/bin/tool usr/bin/tool2
echo gone > usr/share/old; echo conf > etc/tool.conf; echo local > etc/local.conf; echo k1 > boot/vmlinuz-1; echo m1 > lib/modules/1/m; echo image > etc/hostname
head -c 2000000 /dev/urandom > usr/share/data; chmod 755 usr/bin/tool`,
  );
  await goldenAt(
    'base@2',
    `
echo two > usr/bin/tool; echo lib2 > usr/lib/libtool.so.2; ln -sf libtool.so.2 usr/lib/libtool.so
rm usr/share/old boot/vmlinuz-1 lib/modules/1/m; rmdir lib/modules/1; echo conf2 > etc/tool.conf; echo local2 > etc/local.conf
mkdir usr/new; echo n > "usr/new/$(printf 'a\\nb')"; chmod 600 usr/share/data; echo image2 > etc/hostname; echo k2 > boot/vmlinuz-2`,
  );
  const { digest } = JSON.parse((await clone('image', 'show', 'base@1', '--json')).stdout);
  await clone('image', 'export', 'base@1', 'base.tar');
  for (const node of ['n1', 'n2']) {
    const tree = join(folder, 'lab/nodes', node, 'home/system');
    await mkdir(join(tree, 'etc/heorot'), { recursive: true });
    await run('tar', ['-xp', '-C', tree, '-f', join(folder, 'base.tar')]);
    await writeFile(join(tree, 'etc/hostname'), `${node}\n`);
    await writeFile(join(tree, 'etc/ssh/ssh_host_ed25519_key'), node);
    await writeFile(join(tree, 'etc/heorot/image'), `base@1 ${digest}\n`);
  }
  await writeFile(at('n2', 'etc/local.conf'), 'mine, and longer\n');
  await writeFile(at('n2', 'usr/share/own'), 'of n2 alone\n');
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const clone = (...argv: string[]): Promise<CloneResult> => runClone(argv, options);
const sync = (...argv: string[]): Promise<CloneResult> =>
  clone('sync', 'base@2', '-w', 'n[1-2]', '--root', 'system', '--unprivileged', ...argv);
const at = (node: string, path: string): string => join(folder, 'lab/nodes', node, 'home/system', path);
const text = (node: string, path: string): Promise<string> => readFile(at(node, path), 'utf8');

async function goldenAt(name: string, script: string): Promise<void> {
  await mkdir(join(folder, 'golden'), { recursive: true });
  await run('sh', ['-ec', script], { cwd: join(folder, 'golden') });
  const { code, stderr } = await clone('image', 'import', 'golden', '--name', name, '--unprivileged');
  expect(stderr).toBe('');
  expect(code).toBe(0);
}

describe('sync', () => {
  it('says what would change, and changes nothing', async () => {
    const { code, stdout } = await sync('--dry-run');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^n1: from base@1 to base@2: \d+ to send/m);
    expect(stdout).toContain('  = etc/local.conf (changed on the node)');
    expect(stdout).not.toContain('etc/hostname');
    expect(await text('n1', 'usr/bin/tool')).toBe('one\n');
  });

  it('asks before it changes running nodes', async () => {
    expect(await sync()).toMatchObject({ code: 2 });
    expect(await text('n1', 'usr/bin/tool')).toBe('one\n');
  });

  it('moves what differs, keeps identity, what was changed on the node and what is of nobody else', async () => {
    const { code, stdout, stderr } = await sync('--yes');
    expect(stderr).toContain('n2: from base@1 to base@2');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^base@2: on n\[1-2\]; .* sent/);
    for (const node of ['n1', 'n2']) {
      expect(await text(node, 'usr/bin/tool2')).toBe('two\n');
      expect((await stat(at(node, 'usr/bin/tool'))).nlink).toBe(2);
      expect(await text(node, 'usr/lib/libtool.so')).toBe('lib2\n');
      expect(await text(node, 'usr/new/a\nb')).toBe('n\n');
      expect(await text(node, 'etc/hostname')).toBe(`${node}\n`);
      expect(await text(node, 'etc/ssh/ssh_host_ed25519_key')).toBe(node);
      expect((await stat(at(node, 'usr/share/data'))).mode & 0o777).toBe(0o600);
      await expect(stat(at(node, 'usr/share/old'))).rejects.toThrow('ENOENT');
      // The boot loader of the node may still name it.
      expect(await text(node, 'boot/vmlinuz-1')).toBe('k1\n');
      expect(await text(node, 'lib/modules/1/m')).toBe('m1\n');
      expect(await text(node, 'etc/heorot/image')).toMatch(/^base@2 sha256:/);
    }
    expect(await text('n1', 'etc/local.conf')).toBe('local2\n');
    expect(await text('n2', 'etc/local.conf')).toBe('mine, and longer\n');
    expect(await text('n2', 'usr/share/own')).toBe('of n2 alone\n');
    const { stdout: left } = await run('find', [at('n1', ''), '-name', '.heorot-sync-*']);
    expect(left).toBe('');
  });

  it('has nothing to do a second time, and sends a small part of the image', async () => {
    const { stdout } = await sync('--dry-run');
    expect(stdout).toContain('n1: is at base@2 already; 0 kept');
    expect(stdout).toContain('n2: is at base@2 already; 1 kept');
  });

  it('takes over what was changed on the node when it is told to', async () => {
    expect((await sync('--yes', '--overwrite')).code).toBe(0);
    expect(await text('n2', 'etc/local.conf')).toBe('local2\n');
  });

  it('goes on with the others when a node does not answer, and puts away what an interrupted sync has left', async () => {
    await writeFile(at('n1', 'usr/bin/.heorot-sync-3'), 'half a file');
    await writeFile(at('n1', 'usr/bin/tool'), 'broken\n');
    await lab.fault('n2', { kind: 'kill' });
    const { code, stderr } = await sync('--yes', '--overwrite');
    expect(code).toBe(4);
    expect(stderr).toContain('n2');
    expect(await text('n1', 'usr/bin/tool')).toBe('two\n');
    await expect(stat(at('n1', 'usr/bin/.heorot-sync-3'))).rejects.toThrow('ENOENT');
  });
});
