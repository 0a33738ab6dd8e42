// A golden node of a rehearsal cluster becomes an image and a tree again: the same to the last attribute.
import { execFile } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, open, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Lab, startEmbeddedLab } from '@heorot/lab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CloneOptions, type CloneResult, runClone } from '../src/testing/run-clone.ts';
import { describedTree, unpackTree } from './described-tree.fixture.ts';

const run = promisify(execFile);
const isRoot = process.getuid?.() === 0;
let folder: string;
let lab: Lab;
let options: CloneOptions;
let golden: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heorot-capture-'));
  lab = await startEmbeddedLab({ folder: join(folder, 'lab'), nodes: 2 });
  golden = join(folder, 'golden');
  await makeGolden();
  options = {
    cwd: folder,
    env: {
      ...environment(),
      HEOROT_CLUSTER: lab.clusterFile,
      XDG_STATE_HOME: join(folder, 'state'),
      NO_COLOR: '1',
    },
  };
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const clone = (...argv: string[]): Promise<CloneResult> => runClone(argv, options);
const capture = (...argv: string[]): Promise<CloneResult> =>
  clone('capture', 'n1', '--name', 'base', '--root', golden, '--unprivileged', ...argv);
const images = (): string => join(folder, 'state/heorot/clone/images');

function environment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

/** Everything a file system can hold that is easily lost. */
async function makeGolden(): Promise<void> {
  await mkdir(join(golden, 'etc/ssh'), { recursive: true });
  await mkdir(join(golden, 'usr/bin'), { recursive: true });
  await mkdir(join(golden, 'tmp/private'), { recursive: true });
  await writeFile(join(golden, 'etc/hosts'), '127.0.0.1 localhost\n');
  await writeFile(join(golden, 'etc/ssh/ssh_host_ed25519_key'), 'secret');
  await writeFile(join(golden, 'etc/machine-id'), `${'0'.repeat(32)}\n`);
  await writeFile(join(golden, 'tmp/private/left'), 'x');
  await writeFile(join(golden, 'usr/large'), Buffer.alloc(3_000_000, 'large '));
  await using sparse = await open(join(golden, 'usr/sparse'), 'w');
  await sparse.truncate(20_000_000);
  await sparse.write('in the middle', 10_000_000);
  const script = `cd "$1" && ln etc/hosts etc/hosts.other && ln -s ../etc/hosts usr/link && mkfifo usr/pipe
printf x > "usr/$(printf 'a\\nb \\377\\\\')" && mkdir -p usr/empty && chmod 1777 tmp && chmod 4711 usr/bin && touch -d '2001-02-03 04:05:06' usr/empty
cp /bin/true usr/bin/capable && ln -s "$(printf 'long%.0s' $(seq 40))" usr/long
if [ "$(id -u)" = 0 ]; then setcap cap_net_raw+ep usr/bin/capable && chown 1234:4321 usr/large && mknod usr/device c 1 3; fi
setfattr -n user.note -v 'kept = well' usr/large && setfacl -m u:1:r etc/hosts && setfacl -d -m g:2:rx usr/empty`;
  await run('sh', ['-ec', script, 'sh', golden]);
}

async function unpacked(name: string): Promise<string> {
  const tree = await mkdtemp(join(folder, 'unpacked-'));
  await clone('image', 'export', name, `${tree}.tar`);
  await unpackTree(`${tree}.tar`, tree);
  return tree;
}

describe('capture', () => {
  it('loses nothing of the tree, and leaves out what belongs to one machine', async () => {
    const { code, stdout, stderr } = await capture();
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toContain('next: clone image check base@1');
    const tree = await unpacked('base@1');
    const wanted = await mkdtemp(join(folder, 'wanted-'));
    await run('sh', [
      '-c',
      'cp -a "$1/." "$2"; rm -r "$2/etc/ssh/ssh_host_ed25519_key" "$2/tmp/private"; : > "$2/etc/machine-id"; touch -r "$1/etc/machine-id" "$2/etc/machine-id"; touch -r "$1/etc/ssh" "$2/etc/ssh"; touch -r "$1/tmp" "$2/tmp"',
      'sh',
      golden,
      wanted,
    ]);
    expect(await describedTree(tree)).toBe(await describedTree(wanted));
    const { stdout: blocks } = await run('stat', ['-c', '%b', join(tree, 'usr/sparse')]);
    expect(Number(blocks)).toBeLessThan(1000);
  });

  it('gives an image that passes its check, and says what was left out', async () => {
    expect((await clone('image', 'check', 'base')).code).toBe(0);
    const { stdout } = await clone('image', 'show', 'base', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      recorded: { 'org.heorot.left-out': ['etc/ssh/ssh_host_ed25519_key', 'tmp/private'] },
    });
  });

  it('names at its check what was taken past the rules', async () => {
    const { code } = await capture('--include', 'etc/ssh/**', '--include', 'etc/machine-id');
    expect(code).toBe(0);
    expect((await clone('image', 'check', 'base')).stdout).toContain(
      'etc/machine-id: it is the identity of one machine; it was taken by --include',
    );
    await clone('image', 'delete', 'base@2', '--yes');
  });

  it('adds one percent for one percent, and nothing for nothing', async () => {
    const before = (await readdir(join(images(), 'blobs/sha256'))).length;
    await appendFile(join(golden, 'etc/hosts'), '10.0.0.1 n1\n');
    expect((await capture()).code).toBe(0);
    const { stdout } = await clone('image', 'diff', 'base@1', 'base@2', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      changes: [{ kind: 'content', path: 'etc/hosts' }, { path: 'etc/hosts.other' }],
      fetchBytes: 32,
    });
    // Layer, config, file manifest, manifest, and the one file.
    expect((await readdir(join(images(), 'blobs/sha256'))).length).toBe(before + 5);
  });

  it('names a bit that was flipped', async () => {
    const { stdout } = await clone('image', 'show', 'base', '--json');
    const { layer } = JSON.parse(stdout);
    await using file = await open(join(images(), 'blobs/sha256', layer.digest.slice(7)), 'r+');
    const byte = Buffer.alloc(1);
    await file.read(byte, 0, 1, 100);
    await file.write(Buffer.from([(byte[0] ?? 0) ^ 1]), 0, 1, 100);
    const { code, stdout: said } = await clone('image', 'verify', 'base');
    expect(code).toBe(1);
    expect(said).toContain(`blob ${layer.digest.slice(0, 19)} is damaged`);
  });

  it('leaves no image behind when it is interrupted, and goes on from there', async () => {
    await writeFile(
      join(golden, 'usr/zz-huge'),
      Buffer.from(Array.from({ length: 12_000_000 }, (_, at) => (at * at) % 251)),
    );
    // Slow enough to be in the midst of it.
    await lab.fault('n1', { kind: 'slow', delayMs: 0, bytesPerSecond: 4_000_000 });
    const interrupt = new AbortController();
    const waiting = runClone(['capture', 'n1', '--name', 'base', '--root', golden, '--unprivileged'], {
      ...options,
      signal: interrupt.signal,
    });
    await until(async () => (await journal()).includes('usr/large'));
    interrupt.abort();
    const { code, stderr } = await waiting;
    expect(code).toBe(143);
    expect(stderr).toContain('there is no image base@3');
    expect((await clone('image', 'list')).stdout).not.toContain('base@3');
    await lab.fault('n1', { kind: 'heal' });
    const { stdout } = await capture('--json');
    expect(JSON.parse(stdout)).toMatchObject({ image: 'base@3' });
    expect(JSON.parse(stdout).resumedBytes).toBeGreaterThanOrEqual(3_000_000);
    expect((await clone('image', 'verify', 'base@3')).code).toBe(0);
    expect(await describedTree(await unpacked('base@3'))).toContain('usr/zz-huge\x01f');
    await rm(join(golden, 'usr/zz-huge'));
  });

  it.runIf(isRoot)('says so when the disk of the store is full, and keeps nothing half-made', async () => {
    const small = join(folder, 'small');
    await mkdir(small);
    await run('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', small]);
    try {
      await writeFile(join(golden, 'usr/noise'), await randomBytes(4_000_000));
      const env = { ...options.env, XDG_STATE_HOME: small };
      const { code, stderr } = await runClone(
        ['capture', 'n1', '--root', golden, '--unprivileged', '--name', 'x'],
        { ...options, env },
      );
      expect(stderr).toContain('no room is left in the image store');
      expect(code).toBe(3);
      expect(await readdir(join(small, 'heorot/clone/images/parts'))).toEqual([]);
      expect(await readdir(join(small, 'heorot/clone/images/blobs/sha256'))).toEqual([]);
    } finally {
      await rm(join(golden, 'usr/noise'));
      await run('umount', [small]);
    }
  });

  it('refuses a folder that is not there, and a node that does not answer', async () => {
    expect(await clone('capture', 'n1', '--name', 'x', '--root', '/no/such', '--unprivileged')).toMatchObject(
      { code: 1 },
    );
    expect((await clone('capture', 'n[1-2]', '--name', 'x')).code).toBe(2);
  });
});

async function journal(): Promise<string> {
  const { stdout } = await run(
    'sh',
    ['-c', 'cat "$1"/parts/capture-n1/journal 2>/dev/null || :', 'sh', images()],
    { maxBuffer: 1e8 },
  );
  return stdout;
}

async function randomBytes(size: number): Promise<Buffer> {
  return (await import('node:crypto')).randomBytes(size);
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5));
}
