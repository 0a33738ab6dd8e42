// Links that are made sick on purpose, among nodes that send to each other: the built netmon names them within seconds.
// Needs root, iperf3, tc and nft (Debian packages iperf3, iproute2, nftables).
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type NamespacesLab, startNamespacesLab } from '@heorot/lab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { netmonBin } from './netmon-on-a-terminal.ts';

const names = ['n1', 'n2', 'n3', 'n4', 'n5', 'n6'];
let folder: string;
let lab: NamespacesLab;
const children: ChildProcess[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'heorot-sick-'));
  lab = await startNamespacesLab({ folder: join(folder, 'lab'), nodes: names.length });
  // A ring: each sends 30 Mbit/s to the next, for as long as the test takes. More would keep a small machine busy, which looks sick.
  for (const node of names) children.push(within(node, 'iperf3', '-s', '-p', '5999'));
  for (const [at, node] of names.entries()) {
    const to = lab.nodes[(at + 1) % names.length]?.address ?? '';
    children.push(
      within(node, 'sh', '-c', `until iperf3 -c ${to} -p 5999 -b 30M -t 400; do sleep 0.2; done`),
    );
  }
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await lab[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

describe('netmon once --sick', () => {
  it('names the link that is shaped to 7 Mbit/s and the one that loses segments, and no other', async () => {
    shape('n3', 'tbf rate 7mbit burst 16kb latency 20ms');
    // What n6 does not take, n5 has to send again.
    lose('n6', 5);
    const found = await findingsUntil(
      (those) =>
        those.size === 2 &&
        those.get('n3')?.includes('below-peers') === true &&
        those.get('n5')?.includes('retransmits') === true,
    );
    expect(Object.fromEntries(found)).toEqual({
      n3: expect.arrayContaining(['below-peers']),
      n5: expect.arrayContaining(['retransmits']),
    });
  }, 180_000);

  it('finds nothing once they are well again', async () => {
    execFileSync('tc', ['-n', namespaceOf('n3'), 'qdisc', 'del', 'dev', 'eth0', 'root']);
    execFileSync('ip', ['netns', 'exec', namespaceOf('n6'), 'nft', 'flush', 'ruleset']);
    expect((await findingsUntil((those) => those.size === 0)).size).toBe(0);
  }, 180_000);
});

/** Asks again while traffic is only beginning to flow; what it finds last. */
async function findingsUntil(holds: (found: ReadonlyMap<string, readonly string[]>) => boolean) {
  for (let tries = 1; ; tries++) {
    const found = await findings();
    if (holds(found) || tries === 20) return found;
  }
}

/** Kinds of findings by node. */
async function findings(): Promise<ReadonlyMap<string, readonly string[]>> {
  const words = ['once', '-a', '--sick', '-i', '0.5s', '--json', '-q', '--ssh-config', lab.sshConfig];
  const env = { PATH: process.env['PATH'], HOME: folder, HEOROT_CLUSTER: lab.clusterFile };
  const run = promisify(execFile)(process.execPath, [netmonBin, ...words], {
    env,
    maxBuffer: 64 * 1024 * 1024,
  });
  // Exit code 1 is what it is to say of a sick link, and 4 of a node that was too busy to answer in time.
  const { stdout } = await run.catch((error: { readonly code: number; readonly stdout: string }) => {
    expect([1, 4]).toContain(error.code);
    return error;
  });
  const document: { readonly findings: readonly { readonly node: string; readonly kind: string }[] } =
    JSON.parse(stdout);
  const byNode = Map.groupBy(document.findings, ({ node }) => node);
  return new Map([...byNode].map(([node, those]) => [node, those.map(({ kind }) => kind)]));
}

function shape(node: string, queue: string): void {
  execFileSync('tc', [
    '-n',
    namespaceOf(node),
    'qdisc',
    'replace',
    'dev',
    'eth0',
    'root',
    ...queue.split(' '),
  ]);
}

function lose(node: string, percent: number): void {
  const chain = 'type filter hook input priority 0;';
  const rule = `tcp dport 5999 numgen random mod 100 < ${percent} drop`;
  const ruleset = `table inet sick { chain in { ${chain} ${rule}; }; }`;
  execFileSync('ip', ['netns', 'exec', namespaceOf(node), 'nft', ruleset]);
}

function within(node: string, ...words: readonly string[]): ChildProcess {
  return spawn('ip', ['netns', 'exec', namespaceOf(node), ...words], { stdio: 'ignore' });
}

function namespaceOf(node: string): string {
  const [, second, third] = lab.nodes.find(({ name }) => name === node)?.address.split('.') ?? [];
  return `heorot-${second}-${third}-${node}`;
}
