// The pushers as nodes run them, to a real socket; and the script that leaves them there, with a HOME of its own.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Reading } from '../../model/reading.ts';
import { samplerScript } from '../../sampler/sampler-script.ts';
import { type FixtureTree, openFixtureTree } from '../../sampler/testing/fixture-tree.ts';
import { AgentSource } from '../agent-source.ts';
import { agentFolder, agentScript } from './agent-script.ts';
import { perlPusher } from './perl-pusher.ts';
import { pythonPusher } from './python-pusher.ts';

const key = Buffer.alloc(32, 5);
const programs = [
  ['perl', perlPusher, ['perl', '-MDigest::SHA', '-MTime::HiRes', '-e', '1']],
  ['python3', pythonPusher, ['python3', '-c', 'import hmac']],
] as const;
const installed = programs.filter(([, , [command, ...args]]) => spawnSync(command, args).status === 0);

let folder: string;
let port: number;
let children: ChildProcess[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'netmon-agent-'));
  children = [];
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  port = socket.address().port;
  socket.close();
});
afterEach(async () => {
  for (const child of children) {
    const ended = once(child, 'exit');
    if (child.exitCode === null && child.kill()) await ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

/** Listens until so many readings came. */
async function listen(count: number): Promise<{ readings: Reading[]; source: AgentSource }> {
  const source = new AgentSource({
    nodes: ['n1'],
    intervalMs: 100,
    listen: { address: '127.0.0.1', port },
    key,
  });
  const readings: Reading[] = [];
  const enough = new AbortController();
  await source.run((output) => {
    if (output.kind === 'reading' && readings.push(output.reading) >= count) enough.abort();
  }, enough.signal);
  return { readings, source };
}

it('is tried with perl and python3 (apt-get install perl python3)', () => {
  expect(installed.map(([name]) => name)).toEqual(['perl', 'python3']);
});

describe.each(installed)('the pusher in %s', (name, program) => {
  let tree: FixtureTree;

  const start = () => {
    writeFileSync(join(folder, 'push'), program);
    writeFileSync(join(folder, 'key'), `${key.toString('hex')}\n`);
    writeFileSync(join(folder, 'sampler.sh'), samplerScript({ root: tree.root }));
    const args = [join(folder, 'push'), folder, 'n1', '127.0.0.1', String(port), '0.1'];
    const child = spawn(name, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    children.push(child);
    return child;
  };
  beforeEach(async () => {
    tree = await openFixtureTree('bond');
  });
  afterEach(() => tree[Symbol.asyncDispose]());

  it('sends what the sampler reads, whole also where the datagram left out what had not changed', async () => {
    start();
    const { readings, source } = await listen(4);
    expect(readings.map(({ ticks }) => ticks)).toEqual([1, 2, 3, 4]);
    expect(readings.map(({ interfaces }) => interfaces.length)).toEqual([10, 10, 10, 10]);
    const [first, , , last] = readings;
    expect(last?.interfaces).toEqual(first?.interfaces);
    expect(last?.interfaces.map(({ facts }) => facts.name)).toContain('bond0.100');
    expect(first?.bootId).toBe('3b1f2a64-1a0c-4a53-9a2e-5c1b8a7d9e10');
    expect(source.inbox.taken).toBe(4);
  });

  it('tells its base again to a collector that began later', async () => {
    start();
    await listen(3);
    const { readings, source } = await listen(2);
    expect(readings[0]?.interfaces).toHaveLength(10);
    expect(source.inbox.dropped.baseless).toBeGreaterThan(0);
  });

  it('tells of an interface that came, with its counters', async () => {
    start();
    const listening = listen(12);
    await tree.write('sys/class/net/new0/ifindex', '99\n');
    await tree.write(
      'proc/net/dev',
      'Inter-|\n face |bytes packets errs drop|bytes packets errs drop\nnew0: 1 2 3 4 5 6 7 8\n',
    );
    const { readings } = await listening;
    expect(readings.at(-1)?.interfaces).toMatchObject([
      { facts: { name: 'new0', ifindex: 99 }, counters: { rxBytes: 1n, txDropped: 8n } },
    ]);
  });

  it('begins each start later than the one before, also when the clock was set back', async () => {
    const future = Date.now() + 1e9;
    writeFileSync(join(folder, 'started'), String(future));
    start();
    await listen(1);
    expect(Number(readFileSync(join(folder, 'started'), 'utf8'))).toBe(future + 1);
  });
});

describe('the script that leaves the agent on a node', () => {
  const onNode = (args: string, input = '') =>
    execFileSync('sh', ['-c', `sh "$0" ${args}`, join(folder, 'script')], {
      input,
      encoding: 'utf8',
      env: { ...process.env, HOME: folder },
    });

  it('starts it as a process, tells of it, replaces it and takes all of it away', async () => {
    writeFileSync(join(folder, 'script'), agentScript());
    const install = () => onNode(`install n1 127.0.0.1 ${port} 0.1 process`, `${key.toString('hex')}\n`);
    expect(onNode('status')).toBe('state=absent\n');
    try {
      const [, firstPid] = /^state=running pid=(\d+) .*manner=process .*node=n1$/m.exec(install()) ?? [];
      expect((await listen(2)).readings).toHaveLength(2);
      expect(statSync(join(folder, agentFolder, 'key')).mode & 0o777).toBe(0o600);
      expect(statSync(join(folder, agentFolder)).mode & 0o777).toBe(0o700);
      expect(readFileSync(`/proc/${firstPid}/cmdline`, 'latin1')).not.toContain(key.toString('hex'));
      const [, secondPid] = /pid=(\d+)/.exec(install()) ?? [];
      expect(secondPid).not.toBe(firstPid);
      expect(onNode('status')).toContain(`state=running pid=${secondPid} `);
    } finally {
      expect(onNode('remove')).toBe('state=removed\n');
    }
    expect(existsSync(join(folder, agentFolder))).toBe(false);
    expect(onNode('status')).toBe('state=absent\n');
  }, 20_000);
});
