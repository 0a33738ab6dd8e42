// Nodes that cannot do all that is asked of them, or do it wrong: a full disk, little memory, nothing to lock it with, a stuck bit. None
// of these may pass. And one that only has a wrong clock.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startNamespacesLab } from '@heorot/lab';
import { describe, expect, it } from 'vitest';
import type { NodeResult } from '../src/model/run-result.ts';
import { parseSpoolEvent } from '../src/node/spool-event.ts';
import { answerOf, headOf, until, untilItTests } from './head.fixture.ts';

const head = headOf('node-limits', (folder) => startNamespacesLab({ folder, nodes: 5 }));

/** The node's sshd, as this machine numbers it. */
function sshdOf(node: string): number {
  // The node's folder is at /mnt there; other labs have nodes of the same names.
  const { ino } = statSync(join(head.folder, 'nodes', node));
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
  const command = head.type('run', '-w', node, ...argv, '--reserve', '64M', '--wait', '--json');
  const { code, result } = await answerOf(command);
  return { code, result: result.nodes[0] };
}

describe('a node', () => {
  it('whose disk is full is told as such, and has not passed', async () => {
    const runs = '/root/.cache/heorot-memtest/runs';
    onNode('n1', `mkdir -p ${runs} && mount -t tmpfs -o size=300k tmpfs ${runs}`);
    const testing = test('n1', '--engines', 'march', '--memory', '16M', '--passes', '2');
    // The spool is mounted there, not here.
    const spool = () => readdirSync(`/proc/${sshdOf('n1')}/root${runs}`, { recursive: true }).join();
    await until(() => spool().includes('march.out'));
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
      '16M',
    );
    expect([code, result?.verdict]).toEqual([1, 'pass-degraded']);
    expect(result?.engines[0]).toMatchObject({
      engine: 'memtester',
      ending: 'complete',
      requestedBytes: 16 << 20,
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
  /** Puts the node into a cgroup of so many megabytes while `use` runs. */
  async function inCage(
    node: string,
    megabytes: number,
    use: (cage: string) => Promise<void>,
  ): Promise<void> {
    const cage = join(group ?? '', `heorot-test-${process.pid}`);
    mkdirSync(cage);
    const limit =
      readdirSync(cage).find((name) => name === 'memory.limit_in_bytes' || name === 'memory.max') ?? '';
    writeFileSync(join(cage, limit), String(megabytes << 20));
    writeFileSync(join(cage, 'cgroup.procs'), String(sshdOf(node)));
    // The lab's nodes have a /sys of their own, without cgroups.
    if (limit === 'memory.max') onNode(node, 'mount -t cgroup2 cgroup2 /sys/fs/cgroup');
    else onNode(node, 'mount -t cgroup -o memory cgroup /sys/fs/cgroup');
    try {
      await use(cage);
    } finally {
      await head.lab.fault(node, { kind: 'kill' });
      while (readFileSync(join(cage, 'cgroup.procs'), 'utf8') !== '') await sleep(50);
      rmdirSync(cage);
    }
  }

  it.skipIf(group === undefined)('whose cgroup is small tests what fits into it, and has not passed', () =>
    inCage('n3', 160, async () => {
      const { code, result } = await test('n3', '--engines', 'march', '--memory', '256M', '--passes', '1');
      expect([code, result?.verdict]).toEqual([1, 'pass-degraded']);
      const [engine] = result?.engines ?? [];
      expect(engine).toMatchObject({ ending: 'complete', requestedBytes: 256 << 20, findings: [] });
      expect(engine?.bytesTested).toBeGreaterThan(16 << 20);
      expect(engine?.bytesTested).toBeLessThan(96 << 20);
    }),
  );

  it.skipIf(group === undefined)(
    'whose memory others take has its test killed first, says so, and does not blame the memory',
    () =>
      inCage('n4', 256, async (cage) => {
        const testing = test('n4', '--engines', 'march', '--memory', '96M', '--for', '5m');
        await untilItTests(head, 'n4');
        const hungry = `echo $$ > ${cage}/cgroup.procs && head -c 200M /dev/zero | tail -n 1 | wc -c`;
        execFileSync('sh', ['-c', hungry]);
        const { code, result } = await testing;
        expect([code, result?.verdict]).toEqual([1, 'oom']);
        expect(result?.reasons.map(({ text }) => text).join()).toContain('for want of memory');
        expect(result?.engines[0]).toMatchObject({ findingCount: 0 });
      }),
  );

  /** From now on all programs of the node load this; ld.so(8). */
  function preload(node: string, name: string): void {
    const library = join(head.folder, `${name}.so`);
    const source = join(import.meta.dirname, 'fixtures/preload', `${name}.c`);
    execFileSync('gcc', ['-O2', '-shared', '-fPIC', '-pthread', source, '-o', library]);
    onNode(node, `echo ${library} > /etc/ld.so.preload`);
  }

  it('with a stuck bit is found out by memtester, at the place and the bit', async () => {
    preload('n5', 'stuck-bit');
    const { code, result } = await test('n5', '--engines', 'memtester', '--passes', '1', '--memory', '8M');
    expect([code, result?.verdict]).toEqual([1, 'data-error']);
    const findings = result?.engines[0]?.findings ?? [];
    expect(new Set(findings.map(({ address }) => address))).toEqual(new Set(['0x0000000000005008']));
    // Others too: tests that calculate carry the wrong bit on.
    expect(findings.some(({ xor }) => xor === '0x400')).toBe(true);
  });

  it('whose clock is wrong is tested as any other, and dated by the head', async () => {
    preload('n5', 'wrong-clock');
    const { code, result } = await test('n5', '--engines', 'march', '--memory', '16M', '--passes', '1');
    expect([code, result?.verdict]).toEqual([0, 'pass']);
    expect(result?.timeline[0]?.startSeconds).toBeLessThan(60);
    const [first] = head.spoolFile('n5', 'events.ndjson').split('\n');
    const { at = '' } = parseSpoolEvent(first ?? '') ?? {};
    expect(Math.round((Date.now() - Date.parse(at)) / 86_400_000)).toBe(400);
  });
});
