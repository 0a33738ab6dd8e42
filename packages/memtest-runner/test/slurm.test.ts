// A burn-in whose nodes belong to Slurm: munged, slurmctld and slurmd of Debian on loopback, and nodes of an embedded lab that bear
// the same names and live in the same file system.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EmbeddedLab, type SlurmCluster, startEmbeddedLab, startSlurmCluster } from '@heorot/lab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseMarchRecord } from '../src/engines/march-record.ts';
import type { RunResult } from '../src/model/run-result.ts';
import { type MemtestCommand, runMemtest, startMemtest } from '../src/testing/run-memtest.ts';
import { holdBits } from './held-bit.fixture.ts';

let folder = '';
let lab: EmbeddedLab;
let slurm: SlurmCluster;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'burn-in-slurm-'));
  [lab, slurm] = await Promise.all([startEmbeddedLab({ folder, nodes: 4 }), startSlurmCluster()]);
  env = {
    ...slurm.env,
    PATH: process.env['PATH'] ?? slurm.env['PATH'] ?? '',
    HOME: folder,
    HEOROT_CLUSTER: lab.clusterFile,
    XDG_STATE_HOME: join(folder, 'state'),
    XDG_CACHE_HOME: join(tmpdir(), 'heorot-test-engines'),
  };
  await slurm.untilState('idle|n[1-3]');
});
afterAll(async () => {
  await slurm?.[Symbol.asyncDispose]();
  await lab?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

const small = ['--engines', 'march', '--memory', '16M', '--reserve', '64M', '--via', 'slurm'];
const start = (...argv: string[]): MemtestCommand => startMemtest(['run', ...argv], env);
const resultOf = (text: string): RunResult => JSON.parse(text);
const nodeOf = (result: RunResult, node: string) => result.nodes.find((each) => each.node === node);
/** In the order of their names, which begin with the time. */
const runsIn = (spool: string) => (existsSync(spool) ? readdirSync(spool).toSorted() : []);
const jobs = (format: string) =>
  slurm.run('squeue', '--noheader', `--format=${format}`).split('\n').toSorted();

/** @param seen what to show if it never comes */
async function until(condition: () => boolean, seen: () => string = () => ''): Promise<void> {
  const patience = Date.now() + 60_000;
  while (!condition()) {
    if (Date.now() > patience) throw new Error(`it did not come: ${seen()}`);
    await sleep(50);
  }
}

describe('a burn-in by Slurm', () => {
  it('is one exclusive job a node, of any partition, and leaves out what gets none', async () => {
    const command = start('-w', 'n[1-4]', '--passes', '1', ...small, '--wait', '--json');
    const { code, stdout } = await command.done;
    const result = resultOf(stdout);
    expect(result.nodes.map(({ node, verdict }) => [node, verdict])).toEqual([
      ['n1', 'pass'],
      ['n2', 'pass'],
      ['n3', 'pass'],
      ['n4', 'tool-error'],
    ]);
    expect(nodeOf(result, 'n4')?.reasons[0]?.text).toMatch(/Slurm gives no job to it: \S*(\*|DOWN|UNKNOWN)/);
    expect([code, result.cluster]).toEqual([1, 'rehearsal']);
    const names = slurm.run('squeue', '--noheader', '--states=all', '--format=%j %n');
    expect(names.split('\n').filter((line) => line.includes(result.id))).toHaveLength(3);
    await slurm.untilState('idle|n[1-3]');
  });

  it('says who waits and for what; stop cancels what waits, and ends what runs', async () => {
    const other = slurm.run('sbatch', '--parsable', '-o', '/dev/null', '-w', 'n2', '--wrap', 'sleep 300');
    await slurm.untilState('allocated|n2');
    const refused = await start('-w', 'n2', '--for', '5m', ...small, '--wait', '--json').done;
    expect(nodeOf(resultOf(refused.stdout), 'n2')?.reasons[0]?.text).toContain('--queue waits for it');
    const command = start('-w', 'n[1-2]', '--for', '5m', ...small, '--queue', '--wait');
    await until(
      () => /waiting in Slurm: .*\bn2 \(/.test(command.written.stderr),
      () => command.written.stderr + jobs('%n|%T|%r').join(' '),
    );
    expect((await runMemtest(['status'], env)).stdout).toMatch(/waiting in Slurm: .*\bn2 \(/);
    const stopped = await runMemtest(['stop', '--json'], env);
    const result = resultOf(stopped.stdout);
    expect(result.nodes.map(({ node, verdict }) => [node, verdict])).toEqual([
      ['n1', 'pass-degraded'],
      ['n2', 'pass-degraded'],
    ]);
    await command.done;
    await until(() => jobs('%i').join() === other);
    slurm.run('scancel', other);
    await slurm.untilState('idle|n[1-3]');
  });

  it('gives up a node whose job somebody took out of the queue', async () => {
    const other = slurm.run(
      'sbatch',
      '--parsable',
      '-o',
      '/dev/null',
      '-w',
      'n3',
      '-p',
      'batch',
      '--wrap',
      'sleep 300',
    );
    await slurm.untilState('allocated|n3');
    const command = start('-w', 'n3', '--for', '5m', ...small, '--queue', '--wait', '--json');
    await until(() => jobs('%T').includes('PENDING'));
    slurm.run('scancel', '--state=PENDING', '--user=root');
    const result = resultOf((await command.done).stdout);
    const texts = nodeOf(result, 'n3')?.reasons.map(({ text }) => text);
    expect(texts?.[0]).toContain('its Slurm job is gone, and the run never began');
    slurm.run('scancel', other);
    await slurm.untilState('idle|n[1-3]');
  });

  it('finds bad memory, drains its node with the reason, and resumes it', async () => {
    const command = start('-w', 'n1', '--for', '8s', ...small, '--wait', '--json');
    const home = lab.nodes.find(({ name }) => name === 'n1')?.home ?? '';
    const spool = join(home, '.cache/heorot-memtest/runs');
    const regions = () => marchLog(spool).filter((record) => record.type === 'region');
    const works = () =>
      marchLog(spool).some((record) => record.type === 'progress' && record.position.startsWith('march'));
    await until(works);
    const [begun] = marchLog(spool).filter((record) => record.type === 'start');
    const address = BigInt(regions()[0]?.address ?? 0) + 4096n * 3n + 8n;
    const release = new AbortController();
    const holding = holdBits(begun?.pid ?? 0, [{ address, bit: 10, value: 1 }], release.signal);
    const { code, stdout } = await command.done;
    release.abort();
    await holding;
    const node = nodeOf(resultOf(stdout), 'n1');
    expect([code, node?.verdict]).toEqual([1, 'data-error']);
    const found = node?.engines[0]?.findings.map(({ address: at, xor }) => `${at} ${xor}`);
    expect(new Set(found)).toEqual(new Set([`0x${address.toString(16)} 0x0000000000000400`]));

    const drained = await runMemtest(['quarantine', '--apply', '--yes'], env);
    expect(drained).toMatchObject({ code: 0, stderr: expect.stringContaining('drained n1') });
    expect(slurm.run('scontrol', 'show', 'node', 'n1')).toMatch(/Reason=memtest-runner: data-error \(run /);
    const refused = await start('-w', 'n1', '--passes', '1', ...small, '--wait', '--json').done;
    expect(nodeOf(resultOf(refused.stdout), 'n1')?.reasons[0]?.text).toContain('memtest-runner: data-error');
    await runMemtest(['quarantine', '--undo', '--apply', '--yes'], env);
    await slurm.untilState('idle|n[1-3]');
  });

  function marchLog(spool: string) {
    const run = runsIn(spool).at(-1) ?? '-';
    try {
      const text = readFileSync(join(spool, run, 'n1', '1.march.out'), 'utf8');
      return text.split('\n').flatMap((line) => parseMarchRecord(line) ?? []);
    } catch {
      return [];
    }
  }
});
