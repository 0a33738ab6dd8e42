// `clone serve` as a process of its own, killed with -9 in the middle of deployments, again and again: the machines go on where they
// were, every one of them is done at the end, and its host key stands in known_hosts.
import { type ChildProcess, spawn } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { headFolder } from '../src/protocol/head-folder.ts';
import { bootFakeNode, type FakeEnding } from '../src/testing/fake-node.ts';
import { makeGoldenImage } from '../src/testing/golden-image.ts';
import { runClone } from '../src/testing/run-clone.ts';
import { macOf, oneDisk } from '../src/testing/service-fixture.ts';

const bin = join(import.meta.dirname, '../../heorot/dist/bin/clone.js');
const count = 24;
const kills = 6;
const names = Array.from({ length: count }, (_, at) => `n${at + 1}`);
const listen = '127.77.6.1:8477';
let folder: string;
let env: Record<string, string>;
let serving: ChildProcess | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heorot-killed-'));
  env = { HOME: folder, XDG_STATE_HOME: folder, PATH: process.env['PATH'] ?? '' };
  await makeGoldenImage(headFolder(join(folder, 'heorot', 'clone')), 'base@1');
  await writeFile(
    join(folder, 'cluster.yaml'),
    `cluster: test
defaults: {user: root, port: 2299, knownHosts: ${join(folder, 'known_hosts')}, connectTimeout: 1s}
nodes:
  n[1-${count}]: {address: "127.77.7.[1-${count}]"}
macs: macs.csv
`,
  );
  await writeFile(join(folder, 'macs.csv'), names.map((name) => `${name},${macOf(name)}\n`).join(''));
  await writeFile(join(folder, 'key.pub'), 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGtlZXA= me\n');
});
afterEach(async () => {
  await kill();
  await rm(folder, { recursive: true });
});

async function serve(): Promise<void> {
  const child = spawn(process.execPath, [bin, 'serve', '--listen', listen], {
    cwd: folder,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  serving = child;
  const words: string[] = [];
  for await (const line of createInterface({ input: child.stderr })) {
    words.push(line);
    if (line.startsWith('serving ')) return void child.stderr.resume();
  }
  throw new Error(words.join('\n'));
}

async function kill(): Promise<void> {
  if (serving === undefined || serving.exitCode !== null || serving.signalCode !== null) return;
  const ended = once(serving, 'exit');
  serving.kill('SIGKILL');
  await ended;
}

const clone = (...argv: readonly string[]) => runClone(argv, { env, cwd: folder });

async function bootAll(pauseMs: number): Promise<readonly FakeEnding[]> {
  const signingKey = createPublicKey(await readFile(headFolder(join(folder, 'heorot', 'clone')).publicKey));
  return Promise.all(
    names.map(async (name, at) => {
      await sleep(at * pauseMs);
      return bootFakeNode({
        head: `http://${listen}`,
        mac: macOf(name),
        disks: oneDisk,
        signingKey,
        localAddress: `127.77.7.${at + 1}`,
      });
    }),
  );
}

it('loses nothing', async () => {
  await serve();
  const set = `n[1-${count}]`;
  expect(await clone('boot', 'discover', '-w', set)).toMatchObject({ code: 0 });
  expect((await bootAll(0)).map(({ kind }) => kind)).toEqual(names.map(() => 'end'));
  const ordered = await clone(
    ...`deploy base -w ${set} --authorized-keys key.pub --trust arrival --power none --no-wait --yes`.split(
      ' ',
    ),
  );
  expect(ordered).toMatchObject({ code: 0 });
  const endings = bootAll(120);
  for (let killed = 0; killed < kills; killed += 1) {
    await sleep(300);
    await kill();
    await serve();
  }
  expect((await endings).map(({ kind }) => kind)).toEqual(names.map(() => 'done'));
  const { stdout } = await clone('status', '--json');
  const status: unknown = JSON.parse(stdout);
  expect(status).toMatchObject({ nodes: names.map((node) => ({ node, state: 'answer' })) });
  // Written by whichever head comes to it first; none is missing.
  const recorded = async (): Promise<number> =>
    (await readFile(join(folder, 'known_hosts'), 'utf8').catch(() => ''))
      .split('\n')
      .filter((line) => line !== '').length;
  while ((await recorded()) < count) await sleep(50);
  expect(await recorded()).toBe(count);
});
