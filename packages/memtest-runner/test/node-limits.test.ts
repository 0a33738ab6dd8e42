// Nodes that cannot do all that is asked of them: a full disk, little memory, nothing to lock it with. None may pass.
import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type NamespacesLab, startNamespacesLab } from '@heorot/lab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NodeResult, RunResult } from '../src/model/run-result.ts';
import { runMemtest } from '../src/testing/run-memtest.ts';

let folder = '';
let lab: NamespacesLab;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'node-limits-'));
  lab = await startNamespacesLab({ folder, nodes: 3 });
  env = {
    HOME: folder,
    PATH: process.env['PATH'] ?? '',
    HEOROT_CLUSTER: lab.clusterFile,
    XDG_STATE_HOME: join(folder, 'state'),
    XDG_CACHE_HOME: join(tmpdir(), 'heorot-test-engines'),
  };
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

/** The node's sshd, as this machine numbers it. */
function sshdOf(node: string): number {
  // The node's folder is at /mnt there; other labs have nodes of the same names.
  const { ino } = statSync(join(folder, 'nodes', node));
  const found = readdirSync('/proc').find((pid) => {
    try {
      return (
        readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('/mnt/sshd.log') &&
        statSync(`/proc/${pid}/root/mnt`).ino === ino
      );
    } catch {
      return false;
    }
  });
  return Number(found);
}

const onNode = (node: string, command: string): unknown =>
  execFileSync('nsenter', ['-t', String(sshdOf(node)), '-m', '--', 'sh', '-c', command], {
    stdio: 'inherit',
  });

async function test(
  node: string,
  ...argv: string[]
): Promise<{ readonly code: number; readonly result: NodeResult | undefined }> {
  const { code, stdout } = await runMemtest(
    ['run', '-w', node, ...argv, '--reserve', '64M', '--wait', '--json'],
    env,
  );
  const run: RunResult = JSON.parse(stdout);
  return { code, result: run.nodes[0] };
}

describe('a node', () => {
  it('whose disk is full is told as such, and has not passed', async () => {
    const runs = '/root/.cache/heorot-memtest/runs';
    onNode('n1', `mkdir -p ${runs} && mount -t tmpfs -o size=300k tmpfs ${runs}`);
    const testing = test('n1', '--engines', 'march', '--memory', '16M', '--for', '12s');
    while (
      !readdirSync(`/proc/${sshdOf('n1')}/root${runs}`, { recursive: true })
        .join()
        .includes('march.out')
    )
      await sleep(50);
    onNode('n1', `head -c 1M /dev/zero > ${runs}/filled-by-others 2>/dev/null || true`);
    const { code, result } = await testing;
    expect([code, result?.verdict]).toEqual([1, 'tool-error']);
    expect(result?.reasons.map(({ text }) => text).join()).toContain('disk was full');
  });

  it('that cannot lock memory tests less with memtester, and has not passed', async () => {
    execFileSync('prlimit', ['--pid', String(sshdOf('n2')), '--memlock=65536:65536']);
    const { code, result } = await test(
      'n2',
      '-l',
      'heorot',
      '--engines',
      'memtester',
      '--passes',
      '1',
      '--memory',
      '64M',
    );
    expect([code, result?.verdict]).toEqual([1, 'pass-degraded']);
    expect(result?.engines[0]).toMatchObject({
      engine: 'memtester',
      ending: 'complete',
      requestedBytes: 64 << 20,
      bytesTested: 65536,
    });
  });

  const group = ['/sys/fs/cgroup/memory', '/sys/fs/cgroup'].find((path) => {
    try {
      return readdirSync(path).some(
        (name) => name === 'memory.limit_in_bytes' || name === 'cgroup.subtree_control',
      );
    } catch {
      return false;
    }
  });
  it.skipIf(group === undefined)(
    'that ends the test for want of memory says so, and does not blame the memory',
    async () => {
      const cage = join(group ?? '', `heorot-test-${process.pid}`);
      mkdirSync(cage);
      const limit =
        readdirSync(cage).find((name) => name === 'memory.limit_in_bytes' || name === 'memory.max') ?? '';
      writeFileSync(join(cage, limit), String(48 << 20));
      writeFileSync(join(cage, 'cgroup.procs'), String(sshdOf('n3')));
      try {
        const { code, result } = await test('n3', '--engines', 'march', '--memory', '256M', '--passes', '1');
        expect([code, result?.verdict]).toEqual([
          1,
          expect.stringMatching(/^(oom|pass-degraded|tool-error)$/),
        ]);
        expect(result?.engines.every(({ findingCount }) => findingCount === 0)).toBe(true);
        expect(result?.reasons.map(({ text }) => text).join()).toMatch(
          /for want of memory|tested \d|without a result/,
        );
      } finally {
        writeFileSync(join(cage, '..', 'cgroup.procs'), String(sshdOf('n3')));
        await lab.fault('n3', { kind: 'kill' });
        rmdirSync(cage);
      }
    },
  );
});
