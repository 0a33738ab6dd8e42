// A multicast to two nodes, one of them behind a slow link: it is named, leaves, and the other has all without it. Namespaces
// on a bridge, udpcast as it is, the node's own shell.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { cast } from '../src/distribution/cast.ts';

const run = promisify(execFile);
const library = join(import.meta.dirname, '../node/lib/heorot');
const group = '239.193.7.7';
const port = 20_002;
const content = randomBytes(40_000_000);

it('is left by the node that holds it, and the others have all of it', async () => {
  await using parts = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'heorot-multicast-'));
  parts.defer(() => rm(folder, { recursive: true }));
  const layer = join(folder, 'layer');
  await writeFile(layer, content);
  const [head, fast, slow] = await cable(parts);
  const receivers = [fast, slow].map((at) => receiver(parts, folder, at));
  const named: string[] = [];
  const leaving: Promise<unknown>[] = [];
  const result = await cast({
    layer,
    group,
    port,
    receivers: 2,
    longestWaitSeconds: 30,
    interface: 'eth0',
    program: ['ip', 'netns', 'exec', head, 'udp-sender'],
    onSlow: (address) => {
      named.push(address);
      leaving.push(leave(join(folder, slow)));
    },
    signal: new AbortController().signal,
  });
  await Promise.all(leaving);
  await Promise.all(receivers);
  expect([result, named]).toEqual([{ kind: 'sent' }, ['10.78.0.3']]);
  const [whole, part] = await Promise.all([fast, slow].map((at) => readFile(join(folder, at, 'store'))));
  expect(hash(whole)).toBe(hash(content));
  // What it has is good, and it goes on from there.
  expect(part?.length).toBeGreaterThan(0);
  expect(part?.length).toBeLessThan(content.length);
  expect(hash(part)).toBe(hash(content.subarray(0, part?.length)));
});

/** The node's own script, up to the end of the multicast. */
async function receiver(parts: AsyncDisposableStack, folder: string, at: string): Promise<void> {
  const place = join(folder, at);
  await mkdir(place);
  const script = `consoles=; ${nodeShell(place)}; store=${place}/store size=${content.length}
    by_multicast ${group}:${port}; wait "$peers_pid"`;
  const child = spawn('ip', ['netns', 'exec', at, 'busybox', 'sh', '-c', script], {
    stdio: 'ignore',
    detached: true,
  });
  parts.defer(() => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
  });
  await once(child, 'exit');
}

function leave(place: string): Promise<unknown> {
  return run('busybox', ['sh', '-c', `consoles=; ${nodeShell(place)}; leave_multicast`]);
}

function nodeShell(place: string): string {
  const sources = ['words', 'console', 'head', 'peers'].map((part) => `. ${library}/${part}.sh`).join('; ');
  return `${sources}; run=${place}`;
}

/** Head, a node, and a node behind a slow link: 10.78.0.1 to 3. */
async function cable(parts: AsyncDisposableStack): Promise<readonly [string, string, string]> {
  const id = randomBytes(3).toString('hex');
  const bridge = `hm-${id}-b`;
  const ip = (words: string) => void execFileSync('ip', words.split(' '));
  const add = (name: string): void => {
    ip(`netns add ${name}`);
    parts.defer(() => ip(`netns del ${name}`));
  };
  add(bridge);
  ip(`-n ${bridge} link add name sw0 type bridge mcast_snooping 0`);
  ip(`-n ${bridge} link set sw0 up`);
  const plug = (number: number, megabits: number): string => {
    const name = `hm-${id}-${number}`;
    add(name);
    ip(`-n ${name} link add name eth0 type veth peer name v${number} netns ${bridge}`);
    ip(`-n ${bridge} link set v${number} master sw0 up`);
    ip(`-n ${name} addr add 10.78.0.${number}/24 brd + dev eth0`);
    ip(`-n ${name} link set lo up`);
    ip(`-n ${name} link set eth0 up`);
    ip(`-n ${name} route add 224.0.0.0/4 dev eth0`);
    const limit = `root tbf rate ${megabits}mbit burst 256k latency 50ms`;
    execFileSync('tc', `-n ${bridge} qdisc replace dev v${number} ${limit}`.split(' '));
    return name;
  };
  return [plug(1, 200), plug(2, 200), plug(3, 10)];
}

function hash(bytes: Uint8Array | undefined): string {
  return createHash('sha256')
    .update(bytes ?? '')
    .digest('hex');
}
