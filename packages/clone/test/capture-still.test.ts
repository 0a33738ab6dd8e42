// A golden node is held still while it is captured: on btrfs by a snapshot, else by freezing; and whatever becomes of the capture, the
// node is as before. Real sshd is not needed for that: the embedded lab runs commands as this user, who must be root.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Lab, startEmbeddedLab } from '@heorot/lab';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { holdStill } from '../src/capture/hold-still.ts';
import { readFacts } from '../src/capture/machine-facts.ts';
import { localShell, textOf } from '../src/capture/node-shell.ts';
import { factsScript } from '../src/capture/scripts.ts';
import { type CloneResult, runClone } from '../src/testing/run-clone.ts';

const run = promisify(execFile);
const bin = join(import.meta.dirname, '../../heorot/dist/bin/clone.js');
let folder: string;
let leftBefore: ReadonlySet<string>;
let lab: Lab;
let golden: string;
let env: Record<string, string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heorot-still-'));
  lab = await startEmbeddedLab({ folder: join(folder, 'lab'), nodes: 1 });
  golden = join(folder, 'golden');
  await mkdir(golden);
  leftBefore = new Set(await readdir('/run'));
  env = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    HEOROT_CLUSTER: lab.clusterFile,
    XDG_STATE_HOME: join(folder, 'state'),
  };
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});
afterEach(async () => {
  await lab.fault('n1', { kind: 'heal' });
  await run('umount', [golden]);
  await rm(join(folder, 'state'), { recursive: true, force: true });
});

const clone = (argv: readonly string[], signal?: AbortSignal): Promise<CloneResult> =>
  runClone(argv, { cwd: folder, env, ...(signal !== undefined && { signal }) });
const capture = (root: string, signal?: AbortSignal): Promise<CloneResult> =>
  clone(['capture', 'n1', '--name', 'base', '--root', root, '--json'], signal);

async function onDisk(mkfs: string, ...options: readonly string[]): Promise<void> {
  const image = join(folder, `${mkfs}.img`);
  await rm(image, { force: true });
  await run('truncate', ['-s', '300M', image]);
  await run(mkfs, ['-q', ...options, image]);
  await run('mount', ['-o', 'loop', image, golden]);
}

/**
 * Each line is written to both files, to the disk: an image of one moment has as many in the one as in the other, or one more. What is only in
 * the page cache has no order among files, for a snapshot as for a power cut.
 */
async function keepWriting(signal: AbortSignal): Promise<void> {
  for (let at = 0; !signal.aborted; at += 1)
    for (const file of ['a', 'z'])
      await writeFile(join(golden, 'system', file), `${at}\n`, { flag: 'a', flush: true });
}

async function linesIn(name: string, file: string): Promise<number> {
  const tar = join(folder, 'image.tar');
  await rm(tar, { force: true });
  await clone(['image', 'export', name, tar]);
  const { stdout } = await run('tar', ['-xOf', tar, `./${file}`], { maxBuffer: 1e9 }).catch(() =>
    run('tar', ['-xOf', tar, file], { maxBuffer: 1e9 }),
  );
  return stdout.split('\n').length - 1;
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(20);
}

/** What captures make on a node. */
async function leftOnNode(): Promise<readonly string[]> {
  const places = [
    ...(await readdir('/run')),
    ...(await readdir(golden)),
    ...(await readdir(join(golden, 'system'))),
  ];
  return places.filter((name) => name.includes('heorot-capture') && !leftBefore.has(name));
}

/** Slow enough for something to happen meanwhile; resolves in the midst of it. */
async function inTheMidst<Running>(begin: () => Running): Promise<Running> {
  await run('sh', ['-c', `head -c 20000000 /dev/urandom >"$1"`, 'sh', join(golden, 'system/m')]);
  await lab.fault('n1', { kind: 'slow', delayMs: 0, bytesPerSecond: 4_000_000 });
  const running = begin();
  const journal = join(folder, 'state/heorot/clone/images/parts/capture-n1/journal');
  await until(async () => (await readFile(journal, 'utf8').catch(() => '')).includes('"a"'));
  return running;
}

type Ending = 'interrupted' | 'killed with -9';

/** Ends a capture from outside. @returns how many things of it were on the node then */
async function endInTheMidst(how: Ending): Promise<number> {
  if (how === 'interrupted') {
    const interrupt = new AbortController();
    const { result } = await inTheMidst(() => ({
      result: capture(join(golden, 'system'), interrupt.signal),
    }));
    const there = await leftOnNode();
    interrupt.abort();
    await result;
    return there.length;
  }
  const argv = [bin, 'capture', 'n1', '--root', join(golden, 'system')];
  const head = await inTheMidst(() => spawn(process.execPath, argv, { cwd: folder, env }));
  const there = await leftOnNode();
  const exit = once(head, 'exit');
  head.kill('SIGKILL');
  await exit;
  return there.length;
}

describe('on btrfs', () => {
  beforeEach(async () => {
    await onDisk('mkfs.btrfs');
    await run('btrfs', ['subvolume', 'create', join(golden, 'system')]);
    await mkdir(join(golden, 'system/etc'));
    await writeFile(join(golden, 'system/a'), '');
    await writeFile(join(golden, 'system/z'), '');
  });

  it('all files are of one moment, whoever goes on writing, and nothing of it stays on the node', async () => {
    const writing = new AbortController();
    const writer = keepWriting(writing.signal);
    const { result } = await inTheMidst(() => ({ result: capture(join(golden, 'system')) }));
    const { code, stdout, stderr } = await result;
    const isStillWriting = (await readFile(join(golden, 'system/z'), 'utf8')).length;
    writing.abort();
    await writer;
    expect([code, stderr]).toEqual([0, '']);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({
      changed: [],
      stillness: [{ folder: '', way: 'btrfs snapshot', why: '' }],
    });
    const [a, z] = [await linesIn(document.image, 'a'), await linesIn(document.image, 'z')];
    expect([a - z === 0 || a - z === 1, isStillWriting > 0]).toEqual([true, true]);
    const shown = (await clone(['image', 'show', document.image])).stdout;
    expect(shown).toContain('consistency: /: read from a btrfs snapshot');
    expect(await leftOnNode()).toEqual([]);
  });

  it('a folder within a subvolume is read from its snapshot too', async () => {
    await writeFile(join(golden, 'system/etc/hosts'), 'x\n');
    const { image, stillness } = JSON.parse((await capture(join(golden, 'system/etc'))).stdout);
    expect(stillness).toMatchObject([{ way: 'btrfs snapshot' }]);
    expect(await linesIn(image, 'hosts')).toBe(1);
  });

  it.each<[string, readonly string[]]>([
    ['a snapshot', []],
    ['the running system', ['--live']],
  ])('a subvolume in it that is not mounted is named, when it is read from %s', async (_what, how) => {
    await run('btrfs', ['subvolume', 'create', join(golden, 'system/inner')]);
    const argv = ['capture', 'n1', '--name', 'base', '--root', join(golden, 'system'), ...how];
    const { code, stderr } = await clone(argv);
    const words = 'n1: the btrfs subvolume inner is not in the image: mount it by itself, and it is\n';
    expect([code, stderr]).toEqual([0, words]);
  });

  it.each<Ending>(['interrupted', 'killed with -9'])(
    'the node is as before when a capture is %s',
    async (how) => {
      expect(await endInTheMidst(how)).toBeGreaterThan(0);
      await until(async () => (await leftOnNode()).length === 0);
      expect(await leftOnNode()).toEqual([]);
    },
  );
});

describe('another file system', () => {
  beforeEach(async () => {
    await onDisk('mkfs.ext4', '-F');
    await mkdir(join(golden, 'system'));
    await writeFile(join(golden, 'system/a'), 'x');
  });

  it('is frozen for as long as it is read, and let go then', async () => {
    const { result } = await inTheMidst(() => ({ result: capture(join(golden, 'system')) }));
    const written = run('touch', [join(golden, 'system/written')]);
    await sleep(500);
    expect(existsSync(join(golden, 'system/written'))).toBe(false);
    const { stdout } = await result;
    expect(JSON.parse(stdout)).toMatchObject({ changed: [], stillness: [{ way: 'frozen' }] });
    await written;
    expect(await leftOnNode()).toEqual([]);
  });

  it.each<Ending>(['interrupted', 'killed with -9'])('is let go when a capture is %s', async (how) => {
    expect(await endInTheMidst(how)).toBeGreaterThan(0);
    await run('touch', [join(golden, 'system/written')]);
    await until(async () => (await leftOnNode()).length === 0);
    expect(await leftOnNode()).toEqual([]);
  });

  it('is let go after a while without a word, and the head is told', async () => {
    const shell = localShell(new AbortController().signal, folder);
    const facts = readFacts(await textOf(shell.run(factsScript(join(golden, 'system'), false))));
    const still = await holdStill(shell, facts, undefined, 3);
    expect(still.stillness).toMatchObject([{ way: 'frozen' }]);
    await run('touch', [join(golden, 'system/written')]);
    expect(await still.release()).toEqual(['the node was let go before all was read']);
    expect(await leftOnNode()).toEqual([]);
  });

  it('is read as it is when that is asked for, and the image says so', async () => {
    const argv = ['capture', 'n1', '--name', 'live', '--root', join(golden, 'system')];
    const { stdout } = await clone([...argv, '--live']);
    expect(stdout).toContain('  /: read live (as was asked for)');
    expect((await clone(['image', 'show', 'live'])).stdout).toContain(
      'consistency: /: read live (as was asked for)',
    );
  });
});

it('never freezes what the node itself writes to', async () => {
  await onDisk('mkfs.ext4', '-F');
  const place = join(folder, 'on-the-root');
  await mkdir(place);
  await writeFile(join(place, 'a'), 'x');
  const { stdout } = await capture(place);
  expect(JSON.parse(stdout)).toMatchObject({
    stillness: [{ way: 'live', why: 'the node itself writes there' }],
  });
});
