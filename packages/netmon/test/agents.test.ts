// Agents on nodes of their own: real sshd, a network in between, as root and as an account without powers. Needs root.
import { execFile, execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NamespacesLab, startNamespacesLab } from '@heorot/lab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { netmonBin } from './netmon-on-a-terminal.ts';

let folder: string;
let lab: NamespacesLab;
let listen: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'heorot-agents-'));
  lab = await startNamespacesLab({ folder: join(folder, 'lab'), nodes: 3 });
  // The head as the nodes see it.
  const head = (lab.nodes[0]?.address ?? '').replace(/\.\d+$/, '.254');
  listen = `${head}:${await freePort(head)}`;
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(['root', 'heorot'])('agents of the account %s', (user) => {
  const agents = (verb: string, ...words: readonly string[]) =>
    run('agent', verb, '-a', '-l', user, '--json', '-q', ...words);

  it('are installed, speak, are missed when they are killed, and leave nothing behind', async () => {
    const installed = await agents('install', '--to', listen, '-i', '0.2s', '--as', 'process');
    expect(installed).toMatchObject({
      code: 0,
      document: { agents: lab.nodes.map(() => ({ state: 'running' })) },
    });
    expect(lab.nodes.map(({ name }) => pushers(name).map(({ owner }) => owner))).toEqual([
      [user],
      [user],
      [user],
    ]);
    expect(await once()).toEqual({ code: 0, states: ['sampling', 'sampling', 'sampling'] });

    for (const { pid } of pushers('n2')) process.kill(pid, 'SIGKILL');
    await until(() => pushers('n2').length === 0);
    expect(await agents('status')).toMatchObject({
      code: 1,
      document: { agents: [{ state: 'running' }, { state: 'stopped' }, { state: 'running' }] },
    });
    expect(await once()).toEqual({ code: 4, states: ['sampling', 'down', 'sampling'] });

    expect((await agents('remove')).code).toBe(0);
    expect(await agents('status')).toMatchObject({
      code: 1,
      document: { agents: lab.nodes.map(() => ({ state: 'absent' })) },
    });
    expect(lab.nodes.flatMap(({ name }) => pushers(name))).toEqual([]);
  }, 60_000);
});

describe('an agent that cannot send', () => {
  it('runs, and its status says why it is not heard of', async () => {
    const only = ['-w', 'n1', '--json', '-q'];
    await run('agent', 'install', ...only, '--to', 'nowhere.invalid:7426', '--as', 'process');
    let status = await run('agent', 'status', ...only);
    for (let tries = 0; tries < 60 && status.document.agents[0].detail === null; tries++)
      status = await run('agent', 'status', ...only);
    expect(status).toMatchObject({
      code: 0,
      document: {
        agents: [{ state: 'running', detail: expect.stringMatching(/^cannot resolve nowhere\.invalid: /) }],
      },
    });
    expect((await run('agent', 'remove', ...only)).code).toBe(0);
  }, 120_000);
});

async function once() {
  const words = ['once', '-a', '--source', 'agent', '--agent-listen', listen, '-i', '0.2s', '--sort', 'node'];
  const { code, document } = await run(...words, '--json', '-q');
  const { nodes }: { readonly nodes: readonly { readonly state: string }[] } = document;
  return { code, states: nodes.map(({ state }) => state) };
}

async function run(...words: readonly string[]) {
  const env = { PATH: process.env['PATH'], HOME: folder, HEOROT_CLUSTER: lab.clusterFile };
  return await new Promise<{ readonly code: number; readonly document: ReturnType<typeof JSON.parse> }>(
    (resolve, reject) => {
      execFile(process.execPath, [netmonBin, ...words], { env }, (error, stdout, stderr) => {
        if (stdout === '') reject(new Error(stderr));
        else resolve({ code: Number(error?.code ?? 0), document: JSON.parse(stdout) });
      });
    },
  );
}

interface Pusher {
  readonly pid: number;
  readonly owner: string;
}

/** Processes of the node that send for an agent, or sample for one. */
function pushers(node: string): readonly Pusher[] {
  const [, second, third] = lab.nodes.find(({ name }) => name === node)?.address.split('.') ?? [];
  const namespace = `heorot-${second}-${third}-${node}`;
  const pids = execFileSync('ip', ['netns', 'pids', namespace], { encoding: 'utf8' }).trim().split('\n');
  return pids.flatMap((pid) => {
    if (!existsSync(`/proc/${pid}/cmdline`)) return [];
    if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('.heorot-netmon/push.')) return [];
    const uid = /^Uid:\t(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return [{ pid: Number(pid), owner: uid === '0' ? 'root' : 'heorot' }];
  });
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200 && !holds(); tries++)
    await new Promise((resolve) => setTimeout(resolve, 50));
}

async function freePort(address: string): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, address, resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}
