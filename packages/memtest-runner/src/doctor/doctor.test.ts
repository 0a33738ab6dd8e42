import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseEvidence } from '../evidence/evidence-reading.ts';
import { evidenceScript } from '../evidence/evidence-script.ts';
import type { Capacity } from '../node/capacity.ts';
import { type MachineFiles, machineTree, twoSocketServer } from '../testing/machine-tree.ts';
import { runMemtest } from '../testing/run-memtest.ts';
import { type Check, diagnose } from './diagnosis.ts';
import { limitsScript, parseLimits } from './limits-script.ts';

const GiB = 2 ** 30;
const capacity: Capacity = {
  spool: '/var/tmp/burn-in',
  architecture: 'x86_64',
  root: true,
  totalBytes: 256 * GiB,
  availableBytes: 250 * GiB,
  cores: 4,
  cpus: 8,
  cacheBytes: 2 ** 25,
  numaNodes: 2,
  freeBytes: 10 * GiB,
  starter: 'systemd-run',
  programs: [],
  engines: [],
  running: null,
};

async function checks(
  files: MachineFiles,
  change: Partial<Capacity> = {},
  limits = {},
): Promise<readonly Check[]> {
  await using tree = await machineTree(files);
  const env = { PATH: process.env['PATH'], root: tree.root, keep: tree.keep };
  const { stdout } = spawnSync('sh', ['-c', evidenceScript()], { env, encoding: 'utf8' });
  const known = { lockableBytes: null, cgroupBytes: null, ...limits };
  return diagnose({ ...capacity, ...change }, parseEvidence(stdout), known);
}

const stateOf = (all: readonly Check[], about: Check['about']): readonly string[] =>
  all.filter((each) => each.about === about).map(({ state, text }) => `${state}: ${text}`);

describe('the doctor', () => {
  it('finds nothing wrong with memory, ECC and heat of a good server', async () => {
    const found = await checks(twoSocketServer);
    expect(stateOf(found, 'memory')).toEqual(['good: 242 GiB of 256 GiB can be tested (95 %)']);
    expect(stateOf(found, 'ECC')).toEqual(['good: 2 DIMMs are counted']);
    expect(stateOf(found, 'heat')).toEqual(['good: coretemp (hwmon1) 61 °C; throttling is counted']);
    expect(stateOf(found, 'serial')).toEqual(['good: S291234X8A00001']);
    expect(found.filter(({ state }) => state === 'bad')).toEqual([]);
  });

  it('says of a bare machine what stays unknown, and what would help', async () => {
    const found = await checks({});
    for (const about of ['ECC', 'DIMMs', 'heat', 'serial'] as const) {
      expect(stateOf(found, about)[0]).toMatch(/^limited: /);
    }
    expect(found.find(({ about }) => about === 'ECC')?.next).toMatch(/EDAC driver/);
  });

  it.each<[string, Partial<Capacity>, object, Check['about'], RegExp]>([
    ['no memory left', { availableBytes: GiB }, {}, 'memory', /^bad: 0 B of 256 GiB/],
    ['a run that is going on', { running: 'r1' }, {}, 'memory', /^limited: run r1 tests it now/],
    ['a small cgroup', {}, { cgroupBytes: 64 * GiB }, 'limits', /^limited: a cgroup allows 64 GiB only/],
    [
      'a small mlock limit',
      { root: false },
      { lockableBytes: 65536 },
      'limits',
      /^limited: only 64 KiB may be locked/,
    ],
    ['a full disk', { freeBytes: 1024 }, {}, 'spool', /^limited: 1 KiB free/],
    ['no root', { root: false }, {}, 'rights', /^limited: not root/],
  ])('tells %s', async (_, change, limits, about, text) => {
    expect(stateOf(await checks(twoSocketServer, change, limits), about).join()).toMatch(text);
  });

  it('tells swap, memory without processors and slow DIMMs', async () => {
    const node = '/sys/devices/system/node';
    const found = await checks({
      '/proc/meminfo': 'MemTotal: 1024 kB\nSwapTotal: 1048576 kB',
      [`${node}/online`]: '0-1',
      [`${node}/node0/cpulist`]: '0-7',
      [`${node}/node0/meminfo`]: 'Node 0 MemTotal: 1048576 kB\nNode 0 MemFree: 1 kB',
      [`${node}/node1/cpulist`]: '',
      [`${node}/node1/meminfo`]: 'Node 1 MemTotal: 2097152 kB\nNode 1 MemFree: 1 kB',
    });
    expect(stateOf(found, 'swap')).toEqual([expect.stringMatching(/^limited: 1 GiB of swap/)]);
    expect(stateOf(found, 'NUMA')).toEqual([
      'limited: node 0: 8 CPUs, 1 GiB; node 1: 0 CPUs, 2 GiB; memory without processors is not tested',
    ]);
  });

  it('asks this machine for its limits', () => {
    const { stdout, stderr } = spawnSync('sh', ['-c', `ulimit -l 64; ${limitsScript}`], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(parseLimits(['noise', ...stdout.split('\n')])?.lockableBytes).toBe(64 * 1024);
    expect(parseLimits(['limits\tunlimited\t1024'])).toEqual({ lockableBytes: null, cgroupBytes: 1024 });
    expect(parseLimits(['limits\t64'])).toBeNull();
  });

  it('answers for this very machine, and starts nothing', async () => {
    const home = mkdtempSync(join(tmpdir(), 'heorot-doctor-'));
    const env = { HOME: home, PATH: process.env['PATH'] ?? '' };
    const argv = [
      'doctor',
      '-w',
      'localhost',
      '--transport',
      'local',
      '--json',
      '--spool',
      join(home, 'spool'),
    ];
    const { stdout, code } = await runMemtest(argv, env);
    const { nodes } = JSON.parse(stdout);
    expect(nodes[0].checks.map(({ about }: Check) => about)).toEqual(
      expect.arrayContaining(['memory', 'ECC', 'serial']),
    );
    expect([0, 1]).toContain(code);
    rmSync(home, { recursive: true });
  });
});
