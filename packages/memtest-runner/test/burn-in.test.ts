// A burn-in end to end on nodes with a real sshd: what becomes of it when heads are killed, nodes die, freeze or reboot, and when
// memory is bad while it runs.
import { execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type NamespacesLab, startNamespacesLab } from '@heorot/lab';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type MarchRegion, parseMarchRecord } from '../src/engines/march-record.ts';
import type { RunResult } from '../src/model/run-result.ts';
import { type MemtestCommand, runMemtest, startMemtest } from '../src/testing/run-memtest.ts';
import { type HeldBit, holdBits } from './held-bit.fixture.ts';

const cache = join(tmpdir(), 'heorot-test-engines');
let folder = '';
let lab: NamespacesLab;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'burn-in-'));
  lab = await startNamespacesLab({ folder, nodes: 3 });
  env = {
    HOME: folder,
    PATH: process.env['PATH'] ?? '',
    HEOROT_CLUSTER: lab.clusterFile,
    XDG_STATE_HOME: join(folder, 'state'),
    XDG_CACHE_HOME: cache,
  };
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

const small = ['--engines', 'march', '--memory', '32M', '--reserve', '64M'];

const start = (...argv: string[]): MemtestCommand => startMemtest(['run', ...argv, '--json'], env);
const resultOf = (text: string): RunResult => JSON.parse(text);
const verdictOf = (result: RunResult, node: string) => result.nodes.find((each) => each.node === node);

/** Runs of tests before this one. */
const earlier = new Set<string>();
beforeEach(() => {
  for (const { name } of lab.nodes) for (const run of runsOn(name)) earlier.add(run);
});

function spoolOf(node: string): string {
  return join(lab.nodes.find((each) => each.name === node)?.home ?? '', '.cache/heorot-memtest/runs');
}
function runsOn(node: string): readonly string[] {
  return existsSync(spoolOf(node)) ? readdirSync(spoolOf(node)) : [];
}
/** Of this test, on a node: the lab's nodes have their homes here. */
const runOf = (node: string) => runsOn(node).find((run) => !earlier.has(run)) ?? '-';

function spoolFile(node: string, name: string): string {
  const path = join(spoolOf(node), runOf(node), node, name);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/** The regions of march once a node tests them in earnest, and how many threads it has. */
async function regionsOn(node: string): Promise<readonly MarchRegion[]> {
  for (;;) {
    const records = spoolFile(node, '1.march.out')
      .split('\n')
      .flatMap((line) => parseMarchRecord(line) ?? []);
    const regions = records.filter((record) => record.type === 'region');
    if (records.some((record) => record.type === 'progress' && record.position.startsWith('march')))
      return regions;
    await sleep(50);
  }
}

/** The march of this test on a node, as this machine numbers it: nodes have namespaces of their own for process ids. */
function marchOn(node: string): number | undefined {
  const run = runOf(node);
  const found = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .find((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1');
        return (
          command.includes('/engines/march-') && readlinkSync(`/proc/${pid}/cwd`).endsWith(`/${run}/${node}`)
        );
      } catch {
        return false;
      }
    });
  return found === undefined ? undefined : Number(found);
}

describe('a burn-in', () => {
  it('passes good memory, with its evidence, and leaves the node free for the next', async () => {
    const { code, stdout } = await start('-w', 'n[1-2]', '--passes', '1', ...small, '--wait').done;
    const result = resultOf(stdout);
    expect([code, result.suspects]).toEqual([0, '']);
    expect(verdictOf(result, 'n1')).toMatchObject({
      verdict: 'pass',
      engines: [{ engine: 'march', ending: 'complete', passes: 1, bytesTested: 32 << 20 }],
      evidence: { survival: { kind: 'up' }, readings: 2 },
      timeline: [{ phase: 'march', ending: 'complete' }],
    });
  });

  it('finds a bit that is held while it runs, at its exact address', async () => {
    const command = start('-w', 'n1', '--for', '6s', ...small, '--wait');
    const [region] = await regionsOn('n1');
    expect(region).toBeDefined();
    const address = BigInt(region?.address ?? 0) + 4096n * 3n + 8n;
    const held: HeldBit = { address, bit: 10, value: 1 };
    const release = new AbortController();
    const holding = holdBits(marchOn('n1') ?? 0, [held], release.signal);
    const { code, stdout } = await command.done;
    release.abort();
    await holding;
    const node = verdictOf(resultOf(stdout), 'n1');
    expect([code, node?.verdict]).toEqual([1, 'data-error']);
    const findings = node?.engines[0]?.findings ?? [];
    expect(new Set(findings.map(({ address: at, xor }) => `${at} ${xor}`))).toEqual(
      new Set([`0x${address.toString(16)} 0x0000000000000400`]),
    );
  });

  it('calculates on all cores beside the memory test where it is to be mixed', async () => {
    const mixed = ['--engines', 'mixed', '--memory', '32M', '--reserve', '64M', '--passes', '3'];
    const { code, stdout } = await start('-w', 'n2', ...mixed, '--wait').done;
    const node = verdictOf(resultOf(stdout), 'n2');
    expect([code, node?.verdict]).toEqual([0, 'pass']);
    const [march, load] = node?.engines ?? [];
    expect([march?.engine, march?.passes, load?.engine, load?.findingCount]).toEqual([
      'march',
      3,
      'stream',
      0,
    ]);
    expect(load?.cpuSeconds).toBeGreaterThan(0.2);
    expect(load?.bytesTested).toBeLessThan(256 << 20);
  });

  it('goes on when its head is killed: attach brings all of it home, nothing twice', async () => {
    const tool = join(import.meta.dirname, '../../heorot/dist/bin/memtest-runner.js');
    const head = spawn(process.execPath, [tool, 'run', '-w', 'n2', '--for', '10s', ...small, '--wait'], {
      env,
      stdio: 'ignore',
    });
    await regionsOn('n2');
    head.kill('SIGKILL');
    const { code, stdout } = await runMemtest(['attach', '--json'], env);
    const result = resultOf(stdout);
    expect([code, verdictOf(result, 'n2')?.verdict]).toEqual([0, 'pass']);
    const again = resultOf((await runMemtest(['results', '--json'], env)).stdout);
    expect(again.nodes).toEqual(result.nodes);
    const log = spoolFile('n2', '1.march.out');
    expect(log.split('\n').filter((line) => line.includes('"type":"summary"'))).toHaveLength(1);
  });

  it('leaves when the disk of its head is full; attach brings all of it home once there is room', async () => {
    const state = join(folder, 'small-disk');
    mkdirSync(state);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', state]);
    try {
      const there = { ...env, XDG_STATE_HOME: state };
      const flags = ['-w', 'n1', '--for', '8s', ...small, '--wait', '--json'];
      const command = startMemtest(['run', ...flags], there);
      await regionsOn('n1');
      expect(() => writeFileSync(join(state, 'fill'), Buffer.alloc(2 << 20))).toThrow('ENOSPC');
      expect(await command.done).toMatchObject({
        code: 3,
        stderr: expect.stringMatching(/left: the run goes on[^]*records cannot be kept: /),
      });
      rmSync(join(state, 'fill'));
      const { code, stdout } = await runMemtest(['attach', '--json'], there);
      expect([code, verdictOf(resultOf(stdout), 'n1')?.verdict]).toEqual([0, 'pass']);
    } finally {
      execFileSync('umount', [state]);
    }
  });

  it('stops where it is told to, and says what was not tested', async () => {
    const command = start(
      '-w',
      'n1',
      '--for',
      '10m',
      '--engines',
      'march,mixed',
      '--memory',
      '32M',
      '--reserve',
      '64M',
    );
    const started = await command.done;
    expect(started.code).toBe(0);
    await regionsOn('n1');
    const status = await runMemtest(['status'], env);
    expect([status.code, status.stdout]).toEqual([0, expect.stringMatching(/^phases: march 1 \(of 2\)$/m)]);
    expect(status.stdout).not.toContain('not reachable');
    const { code, stdout } = await runMemtest(['stop', '--json'], env);
    const node = verdictOf(resultOf(stdout), 'n1');
    expect([code, node?.verdict]).toEqual([1, 'pass-degraded']);
    expect(node?.engines.map(({ phase, ending }) => [phase, ending])).toEqual([
      ['march', 'interrupted'],
      ['mixed', 'interrupted'],
    ]);
    expect(marchOn('n1')).toBe(undefined);
  });

  it('is refused on a node that another run is testing', async () => {
    const first = start('-w', 'n1', '--for', '10m', ...small);
    expect((await first.done).code).toBe(0);
    const second = await start('-w', 'n1', '--for', '1s', ...small, '--wait').done;
    expect(second.code).toBe(1);
    const { id } = JSON.parse(first.written.stdout);
    expect(verdictOf(resultOf(second.stdout), 'n1')).toMatchObject({
      verdict: 'tool-error',
      reasons: [{ text: expect.stringContaining(`run ${id} is testing it`) }],
    });
    // The refused one is the newer, and nothing that could be stopped.
    expect((await runMemtest(['stop'], env)).stdout).toContain('pass-degraded');
  });

  it('tells a node that came back with another boot id, and what it was doing', async () => {
    const command = start('-w', 'n[2-3]', '--for', '8s', ...small, '--wait');
    await regionsOn('n3');
    await lab.fault('n3', { kind: 'reboot' });
    const { code, stdout } = await command.done;
    const result = resultOf(stdout);
    expect([code, verdictOf(result, 'n2')?.verdict]).toEqual([1, 'pass']);
    expect(verdictOf(result, 'n3')).toMatchObject({
      verdict: 'crashed',
      // The kernel below a lab is not booted with its nodes: counters that go on may give further reasons.
      reasons: expect.arrayContaining([
        expect.objectContaining({
          text: expect.stringMatching(
            /crashed during phase march, pass \d+, (march \d\/7|address|rest|taking)/,
          ),
        }),
      ]),
      timeline: [{ ending: 'crashed' }],
    });
    expect(verdictOf(result, 'n3')?.bootIds).toHaveLength(2);
  });

  it('gives up a dead node after a while, and takes it up again when it is back', async () => {
    const command = start('-w', 'n3', '--for', '10s', ...small, '--lost-after', '2s', '--wait');
    await regionsOn('n3');
    await lab.fault('n3', { kind: 'partition' });
    const { code, stdout } = await command.done;
    expect([code, verdictOf(resultOf(stdout), 'n3')?.verdict]).toEqual([4, 'lost']);
    await lab.fault('n3', { kind: 'heal' });
    const attached = await runMemtest(['attach', '--json'], env);
    expect([attached.code, verdictOf(resultOf(attached.stdout), 'n3')?.verdict]).toEqual([0, 'pass']);
  });

  it('waits for a node that stands still for a moment', async () => {
    const command = start('-w', 'n3', '--for', '10s', ...small, '--wait');
    await regionsOn('n3');
    await lab.fault('n3', { kind: 'freeze' });
    await sleep(1500);
    await lab.fault('n3', { kind: 'thaw' });
    const { code, stdout } = await command.done;
    expect([code, verdictOf(resultOf(stdout), 'n3')?.verdict]).toEqual([0, 'pass']);
  });
});
