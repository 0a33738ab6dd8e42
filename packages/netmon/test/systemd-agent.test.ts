// The agent as a service of a real systemd, which is process 1 of each node of the lab. Needs root and systemd.
import { execFile } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NamespacesLab, startNamespacesLab } from '@heorot/lab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { netmonBin } from './netmon-on-a-terminal.ts';

let folder: string;
let lab: NamespacesLab;
let listen: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'heorot-systemd-agents-'));
  lab = await startNamespacesLab({ folder: join(folder, 'lab'), nodes: 2, init: 'systemd' });
  const head = (lab.nodes[0]?.address ?? '').replace(/\.\d+$/, '.254');
  listen = `${head}:${await freePort(head)}`;
}, 120_000);
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const install = (...words: readonly string[]) =>
  netmon('agent', 'install', '--to', listen, '-i', '0.2s', ...words);
const pushersOn = (node: string) => onNode(node, 'pgrep -f "[h]eorot-netmon/push." || true');

describe('an agent under systemd', () => {
  it('is a service without powers, comes back whatever happens to it, and leaves nothing when it is removed', async () => {
    const before = await traces('n1');
    expect(await install()).toMatchObject({
      code: 0,
      document: {
        agents: [
          { state: 'running', manner: 'systemd' },
          { state: 'running', manner: 'systemd' },
        ],
      },
    });
    const asked = 'ActiveState,DynamicUser,ProtectSystem,Restart,MemoryMax,NoNewPrivileges';
    expect(await onNode('n1', `systemctl show heorot-netmon --property=${asked}`)).toBe(
      'Restart=always\nMemoryMax=67108864\nDynamicUser=yes\nProtectSystem=strict\nNoNewPrivileges=yes\nActiveState=active\n',
    );
    expect(
      await onNode('n1', 'ps -o uid= -p "$(systemctl show --value -p MainPID heorot-netmon)"'),
    ).not.toMatch(/^ *0\n/);
    expect(await once()).toEqual({ code: 0, states: ['sampling', 'sampling'] });

    const killed = await onNode(
      'n1',
      'pkill -KILL -f "[h]eorot-netmon 1" && pkill -KILL -f "[h]eorot-netmon/push." && echo gone',
    );
    expect(killed).toBe('gone\n');
    await speaks('n1', 'systemctl is-active heorot-netmon');
    await onNode('n1', 'systemctl restart heorot-netmon');
    expect(await once()).toEqual({ code: 0, states: ['sampling', 'sampling'] });

    await lab.fault('n1', { kind: 'reboot' });
    await speaks('n1', 'systemctl is-active heorot-netmon');
    expect(await once()).toEqual({ code: 0, states: ['sampling', 'sampling'] });
    expect(await netmon('agent', 'status')).toMatchObject({
      code: 0,
      document: { agents: [{ state: 'running' }, { state: 'running' }] },
    });

    expect(await netmon('agent', 'remove')).toMatchObject({
      code: 0,
      document: { agents: [{ state: 'removed' }, { state: 'removed' }] },
    });
    expect(await traces('n1')).toBe(before);
    expect(await pushersOn('n1')).toBe('');
  }, 180_000);

  it('becomes a process when it is told to, and a service again', async () => {
    expect(await install()).toMatchObject({ code: 0 });
    expect(await install('--as', 'process')).toMatchObject({
      code: 0,
      document: {
        agents: [
          { state: 'running', manner: 'process' },
          { state: 'running', manner: 'process' },
        ],
      },
    });
    expect(await onNode('n1', 'ls /etc/systemd/system/heorot-netmon.service 2>&1 || true')).toMatch(
      /No such file/,
    );
    expect((await pushersOn('n1')).trim().split('\n')).toHaveLength(1);
    expect(await install()).toMatchObject({ code: 0, document: { agents: [{ manner: 'systemd' }, {}] } });
    expect((await pushersOn('n1')).trim().split('\n')).toHaveLength(1);
    expect((await netmon('agent', 'remove')).code).toBe(0);
    expect(await pushersOn('n1')).toBe('');
  }, 120_000);
});

/** What an agent could leave on a node: files, units, also failed ones. */
async function traces(node: string): Promise<string> {
  return await onNode(
    node,
    'ls -A /root /var/lib /var/lib/private /etc/systemd/system /etc/systemd/system/*.wants; systemctl list-units --all --plain --no-legend "heorot*"',
  );
}

async function speaks(node: string, line: string): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if ((await onNode(node, `${line}; pgrep -f "[h]eorot-netmon/push."`)).startsWith('active\n')) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** On a machine that is busy an agent takes its time to be heard: asked again while it is not. */
async function once(tries = 5): Promise<{ readonly code: number; readonly states: readonly string[] }> {
  const words = ['--source', 'agent', '--agent-listen', listen, '-i', '0.2s', '--sort', 'node'];
  const { code, document } = await netmon('once', ...words);
  const { nodes }: { readonly nodes: readonly { readonly state: string }[] } = document;
  return code === 0 || tries === 1
    ? { code, states: nodes.map(({ state }) => state) }
    : await once(tries - 1);
}

async function netmon(...words: readonly string[]) {
  const env = { PATH: process.env['PATH'], HOME: folder, HEOROT_CLUSTER: lab.clusterFile };
  return await new Promise<{ readonly code: number; readonly document: ReturnType<typeof JSON.parse> }>(
    (resolve, reject) => {
      const all = [netmonBin, ...words, '-a', '--json', '-q'];
      execFile(process.execPath, all, { env }, (error, stdout, stderr) => {
        if (stdout === '') reject(new Error(stderr));
        else resolve({ code: Number(error?.code ?? 0), document: JSON.parse(stdout) });
      });
    },
  );
}

async function onNode(node: string, line: string): Promise<string> {
  return await new Promise((resolve) => {
    execFile('ssh', ['-F', lab.sshConfig, node, line], (_, stdout) => resolve(stdout));
  });
}

async function freePort(address: string): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, address, resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}
