import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { execute, exitOf, logIn, nodeOf, open, runOn } from './client.test.fixture.ts';
import { markedProcesses } from './marked-processes.ts';
import { type EmbeddedLab, startEmbeddedLab } from './start-embedded-lab.ts';

let lab: EmbeddedLab;
let folder: string;
let token: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heorot-lab-'));
  token = `faults-${process.pid}-${folder}`;
  lab = await startEmbeddedLab({ folder, nodes: 2, token });
});

afterEach(async () => {
  await lab[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** How many processes the lab, or one node, has. */
async function processes(node = ''): Promise<number> {
  return (await markedProcesses(`${token}/${node}`)).length;
}

async function dial(node: string): Promise<Socket> {
  const { address, port } = nodeOf(lab, node);
  const socket = connect(port, address);
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  return socket;
}

/** What the socket says within a while; undefined for silence. */
async function heard(socket: Socket, withinMs = 300): Promise<string | undefined> {
  return Promise.race([
    new Promise<string>((resolve) => socket.once('data', (chunk) => resolve(String(chunk)))),
    sleep(withinMs, undefined),
  ]);
}

describe('kill', () => {
  it('refuses connections and ends every process, daemons too', async () => {
    await runOn(lab, 'n1', 'setsid sleep 600 >/dev/null 2>&1 </dev/null &');
    await runOn(lab, 'n2', 'setsid sleep 600 >/dev/null 2>&1 </dev/null &');
    await expect.poll(() => processes(), { timeout: 10_000 }).toBe(2);
    await lab.fault('n1', { kind: 'kill' });
    await expect(dial('n1')).rejects.toThrow('ECONNREFUSED');
    expect(await processes('n1/')).toBe(0);
    await expect.poll(() => processes('n2/'), { timeout: 10_000 }).toBe(1);
  });

  it('cuts the connections there are', async () => {
    const client = await logIn(lab, 'n1');
    const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
    await lab.fault('n1', { kind: 'kill' });
    await expect(closed).resolves.toBeUndefined();
  });
});

describe('freeze', () => {
  it('accepts connections and says nothing, until the thaw', async () => {
    await lab.fault('n1', { kind: 'freeze' });
    const socket = await dial('n1');
    expect(await heard(socket)).toBeUndefined();
    await lab.fault('n1', { kind: 'thaw' });
    expect(await heard(socket, 5_000)).toMatch(/^SSH-2.0-/);
    socket.destroy();
  });

  it('stops what runs, and nothing is lost by it', async () => {
    await using client = await logIn(lab, 'n1');
    const channel = await open(client, 'for i in 1 2 3 4 5 6; do echo $i; sleep 0.1; done');
    const ended = exitOf(channel);
    let seen = '';
    channel.on('data', (chunk: Buffer) => {
      seen += String(chunk);
    });
    await new Promise((resolve) => channel.once('data', resolve));
    await lab.fault('n1', { kind: 'freeze' });
    const before = seen;
    await sleep(400);
    expect(seen).toBe(before);
    await lab.fault('n1', { kind: 'thaw' });
    expect(await ended).toMatchObject({ code: 0 });
    expect(seen).toBe('1\n2\n3\n4\n5\n6\n');
  });
});

describe('partition', () => {
  it('cuts connections, lets new ones hang, and leaves processes alone, until healed', async () => {
    const client = await logIn(lab, 'n1');
    const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
    await open(client, 'exec sleep 600 >/dev/null 2>&1');
    await lab.fault('n1', { kind: 'partition' });
    await closed;
    const socket = await dial('n1');
    expect(await heard(socket)).toBeUndefined();
    socket.destroy();
    await expect.poll(() => processes('n1/'), { timeout: 10_000 }).toBe(1);
    await lab.fault('n1', { kind: 'heal' });
    expect((await runOn(lab, 'n1', 'hostname')).code).toBe(0);
  });
});

describe('faults at once', () => {
  it('are undone one by one, and a reboot heals no network', async () => {
    for (const kind of ['freeze', 'partition', 'thaw', 'reboot'] as const) await lab.fault('n1', { kind });
    const socket = await dial('n1');
    expect(await heard(socket)).toBeUndefined();
    await lab.fault('n1', { kind: 'heal' });
    expect(await heard(socket, 5_000)).toMatch(/^SSH-2.0-/);
    socket.destroy();
  });
});

describe('slow', () => {
  it('delays what the node sends, keeps every byte in order, and heals', async () => {
    await using client = await logIn(lab, 'n1');
    await lab.fault('n1', { kind: 'slow', delayMs: 150, bytesPerSecond: 2_000_000 });
    const start = performance.now();
    const { stdout } = await execute(client, 'seq 1 20000');
    expect(performance.now() - start).toBeGreaterThan(150);
    expect(String(stdout)).toBe(Array.from({ length: 20_000 }, (_, at) => `${at + 1}\n`).join(''));
    await lab.fault('n1', { kind: 'heal' });
    expect((await execute(client, 'hostname')).code).toBe(0);
  });
});

describe('reboot', () => {
  it('brings a node back with a new boot id and without its processes, killed before or not', async () => {
    const bootId = (): Promise<string> => readFile(join(folder, 'nodes', 'n1', 'boot_id'), 'utf8');
    const first = await bootId();
    await runOn(lab, 'n1', 'setsid sleep 600 >/dev/null 2>&1 </dev/null &');
    await lab.fault('n1', { kind: 'reboot' });
    expect(await processes()).toBe(0);
    const second = await bootId();
    await lab.fault('n1', { kind: 'kill' });
    await lab.fault('n1', { kind: 'reboot' });
    expect(new Set([first, second, await bootId()]).size).toBe(3);
    expect((await runOn(lab, 'n1', 'hostname')).code).toBe(0);
  });
});

describe('a new host key', () => {
  it('is shown to clients, while known_hosts still has the old one', async () => {
    const { hostKeyFingerprint: before } = nodeOf(lab, 'n1');
    const known = await readFile(lab.knownHosts, 'utf8');
    await lab.fault('n1', { kind: 'new-host-key' });
    expect(nodeOf(lab, 'n1').hostKeyFingerprint).not.toBe(before);
    expect(await readFile(lab.knownHosts, 'utf8')).toBe(known);
    expect((await runOn(lab, 'n1', 'hostname')).code).toBe(0);
  });
});

it('refuses a fault for a node that there is not', async () => {
  await expect(lab.fault('n3', { kind: 'kill' })).rejects.toMatchObject({ code: 'lab-node-unknown' });
});

it('leaves no process behind', async () => {
  await runOn(lab, 'n1', 'setsid sleep 600 >/dev/null 2>&1 </dev/null &');
  await lab[Symbol.asyncDispose]();
  expect(await processes()).toBe(0);
});

it('starts a thousand nodes', async () => {
  const large = await mkdtemp(join(tmpdir(), 'heorot-lab-'));
  await using many = await startEmbeddedLab({ folder: large, nodes: 1000 });
  expect(String((await runOn(many, 'n1000', 'hostname; cat motd')).stdout)).toBe('n1000\nWelcome to n1000\n');
  await rm(large, { recursive: true });
});
