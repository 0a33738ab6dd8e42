// A burn-in whose nodes belong to Slurm: Debian's slurmctld, and on each node of a namespaces lab its slurmd, which confines jobs by
// cgroups. Nodes are reached by ssh as well: that is how the head follows.
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type NamespacesLab,
  type SlurmCluster,
  slurmConfines,
  startNamespacesLab,
  startSlurmCluster,
} from '@heorot/lab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseMarchRecord } from '../src/engines/march-record.ts';
import type { RunResult } from '../src/model/run-result.ts';
import { type MemtestCommand, runMemtest, startMemtest } from '../src/testing/run-memtest.ts';
import { holdBits } from './held-bit.fixture.ts';
import { asPlainUser } from './plain-user.fixture.ts';

let folder = '';
let lab: NamespacesLab;
let slurm: SlurmCluster;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'burn-in-slurm-'));
  lab = await startNamespacesLab({ folder, nodes: 4 });
  slurm = await startSlurmCluster({ lab });
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
const spoolOf = (node: string) =>
  join(lab.nodes.find(({ name }) => name === node)?.home ?? '', '.cache/heorot-memtest/runs');
/** In the order of their names, which begin with the time. */
const runsIn = (spool: string) => (existsSync(spool) ? readdirSync(spool).toSorted() : []);
const jobs = (format: string) =>
  slurm.run('squeue', '--noheader', `--format=${format}`).split('\n').toSorted();

/** A job of somebody else that has the whole node. */
const sleeper = (...flags: readonly string[]) =>
  slurm.run('sbatch', '--parsable', '--exclusive', '-o', '/dev/null', ...flags, '--wrap', 'sleep 300');

/** Slurm would find out by itself that the job of a node is gone, in some minutes. */
async function backWithSlurm(node: string): Promise<void> {
  slurm.startSlurmd(node);
  slurm.run('scancel', `--nodelist=${node}`);
  await slurm.untilState('idle|n[1-3]');
}

/** @param seen what to show if it never comes */
async function until(condition: () => boolean, seen: () => string = () => ''): Promise<void> {
  const patience = Date.now() + 60_000;
  while (!condition()) {
    if (Date.now() > patience) throw new Error(`it did not come: ${seen()}`);
    await sleep(50);
  }
}

/** What march has written on a node in the newest run there. */
function marchLog(node: string) {
  const path = join(spoolOf(node), runsIn(spoolOf(node)).at(-1) ?? '-', node, '1.march.out');
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  return text.split('\n').flatMap((line) => parseMarchRecord(line) ?? []);
}

/** Resolves when a node that had so many runs tests its memory in another one. */
const untilItTests = (node: string, runs: number) =>
  until(
    () =>
      runsIn(spoolOf(node)).length > runs &&
      marchLog(node).some((record) => record.type === 'progress' && record.position.startsWith('march')),
  );

/** Processes of the newest run on a node, as this machine numbers them. */
function processesOf(node: string): readonly number[] {
  const folderThere = join('/.cache/heorot-memtest/runs', runsIn(spoolOf(node)).at(-1) ?? '-', node);
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`).endsWith(folderThere);
      } catch {
        return false;
      }
    })
    .map(Number);
}

function marchOn(node: string): number {
  return (
    processesOf(node).find((pid) =>
      readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('/engines/march-'),
    ) ?? 0
  );
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
    const other = sleeper('-w', 'n2');
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
    const other = sleeper('-w', 'n3', '-p', 'batch');
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

  it('is planned for nodes that it gives now, with the memory that it gives; the others are named', async () => {
    const flags = ['-w', 'n[1-4]', '--memory', '95%', '--via', 'slurm', '--dry-run'];
    const plan = await runMemtest(['run', ...flags], env);
    expect(plan).toMatchObject({
      code: 4,
      stdout: expect.stringMatching(/^standard on 3 nodes \(n\[1-3\]\)[^]*memory: \d+ MiB of /),
      stderr: expect.stringMatching(/^n4: Slurm gives no job to it: \S+/m),
    });
    const { nodeSet, without } = JSON.parse((await runMemtest(['run', ...flags, '--json'], env)).stdout);
    expect([nodeSet, without]).toMatchObject(['n[1-3]', [{ node: 'n4' }]]);
  });

  // Where jobs are not confined it would take all the memory of this machine.
  it.runIf(slurmConfines)('takes no more memory than Slurm gives to its job', async () => {
    const command = start(
      '-w',
      'n1',
      '--passes',
      '1',
      '--engines',
      'march',
      '--via',
      'slurm',
      '--wait',
      '--json',
    );
    const node = nodeOf(resultOf((await command.done).stdout), 'n1');
    expect(node?.reasons.map(({ text }) => text).join()).not.toMatch(/memory, \d+ time/);
    const tested = node?.engines[0]?.bytesTested ?? 0;
    expect(tested).toBeGreaterThan(64 << 20);
    // Half a gigabyte at least is left of the one that slurm.conf names.
    expect(tested).toBeLessThanOrEqual(512 << 20);
    await slurm.untilState('idle|n[1-3]');
  });

  it('finds bad memory, drains its node with the reason, and resumes it', async () => {
    const before = runsIn(spoolOf('n1')).length;
    const command = start('-w', 'n1', '--for', '8s', ...small, '--wait', '--json');
    await untilItTests('n1', before);
    const region = marchLog('n1').find((record) => record.type === 'region');
    const address = BigInt(region?.address ?? 0) + 4096n * 3n + 8n;
    const release = new AbortController();
    const holding = holdBits(marchOn('n1'), [{ address, bit: 10, value: 1 }], release.signal);
    const { code, stdout } = await command.done;
    release.abort();
    await holding;
    const node = nodeOf(resultOf(stdout), 'n1');
    expect([code, node?.verdict]).toEqual([1, 'data-error']);
    const found = node?.engines[0]?.findings.map(({ address: at, xor }) => `${at} ${xor}`);
    expect(new Set(found)).toEqual(new Set([`0x${address.toString(16)} 0x0000000000000400`]));

    slurm.run('scontrol', 'update', 'nodename=n2', 'state=drain', 'reason=fan 3 is loud');
    const drained = await runMemtest(['quarantine', '--apply', '--yes'], env);
    expect(drained).toMatchObject({ code: 0, stderr: expect.stringContaining('drained n1') });
    expect(slurm.run('scontrol', 'show', 'node', 'n1')).toMatch(/Reason=memtest-runner: data-error \(run /);
    const refused = await start('-w', 'n1', '--passes', '1', ...small, '--wait', '--json').done;
    expect(nodeOf(resultOf(refused.stdout), 'n1')?.reasons[0]?.text).toContain('memtest-runner: data-error');
    await runMemtest(['quarantine', '--undo', '--apply', '--yes'], env);
    // Who drained the other one has to resume it.
    await slurm.untilState('drained|n2');
    await slurm.untilState('idle|n[1,3]');
    slurm.run('scontrol', 'update', 'nodename=n2', 'state=resume');
    await slurm.untilState('idle|n[1-3]');
  });

  it('that Slurm ends at its time limit has not passed, and says what ended it', {
    timeout: 240_000,
  }, async () => {
    const before = runsIn(spoolOf('n3')).length;
    const flags = ['--sbatch', '--time=1', '--wait', '--json'];
    const command = start('-w', 'n3', '--for', '10m', ...small, ...flags);
    await untilItTests('n3', before);
    const { code, stdout } = await command.done;
    const node = nodeOf(resultOf(stdout), 'n3');
    expect([code, node?.verdict]).toEqual([1, 'pass-degraded']);
    expect(node?.reasons[0]).toMatchObject({
      text: expect.stringMatching(/^march was stopped .*Slurm ended job \d+ due to time limit/),
      next: expect.stringContaining('--sbatch --time='),
    });
    await slurm.untilState('idle|n[1-3]');
  });

  it('goes on to its end, and is followed, when only slurmd dies', async () => {
    const before = runsIn(spoolOf('n2')).length;
    const command = start('-w', 'n2', '--for', '6s', ...small, '--wait', '--json');
    await untilItTests('n2', before);
    slurm.killSlurmd('n2');
    const { code, stdout } = await command.done;
    expect([code, nodeOf(resultOf(stdout), 'n2')?.verdict]).toEqual([0, 'pass']);
    await backWithSlurm('n2');
  });

  it('that dies with its slurmd has not passed', async () => {
    const before = runsIn(spoolOf('n2')).length;
    const command = start('-w', 'n2', '--for', '5m', ...small, '--wait', '--json');
    await untilItTests('n2', before);
    slurm.killSlurmd('n2');
    for (const pid of processesOf('n2')) process.kill(pid, 'SIGKILL');
    const { code, stdout } = await command.done;
    expect(nodeOf(resultOf(stdout), 'n2')).toMatchObject({
      verdict: 'tool-error',
      reasons: [{ text: expect.stringContaining('march ended without a result') }],
    });
    expect(code).toBe(1);
    await backWithSlurm('n2');
  });

  it('whose node crashes is told long before Slurm gives the node up', async () => {
    const before = runsIn(spoolOf('n2')).length;
    const command = start('-w', 'n2', '--for', '5m', ...small, '--wait', '--json');
    await untilItTests('n2', before);
    await lab.fault('n2', { kind: 'reboot' });
    const { stdout } = await command.done;
    expect(nodeOf(resultOf(stdout), 'n2')).toMatchObject({
      verdict: 'crashed',
      reasons: expect.arrayContaining([
        expect.objectContaining({ text: expect.stringMatching(/crashed during phase march, pass \d+, /) }),
      ]),
    });
    // SlurmdTimeout is 300 s.
    expect(slurm.run('squeue', '--noheader', '--format=%T %N')).toContain('RUNNING n2');
    await backWithSlurm('n2');
  });

  it('of a user who is not root tests as well, and says what a user cannot see', async () => {
    const { code, stdout, stderr } = await asPlainUser(lab, env, [
      'run',
      '-w',
      'n1',
      '-l',
      'heorot',
      '--passes',
      '1',
      ...small,
      '--wait',
      '--json',
    ]);
    const node = nodeOf(resultOf(stdout || '{"nodes":[]}'), 'n1');
    expect([code, node?.verdict, stderr]).toEqual([0, 'pass', expect.any(String)]);
    expect(node?.engines[0]).toMatchObject({ ending: 'complete', bytesTested: 16 << 20 });
    // /sys/firmware/dmi and the addresses of /proc/self/pagemap are root's.
    expect(node?.facts).toMatchObject({ serial: null, dimms: null });
    expect(node?.reasons[0]?.text).toContain('the node tells no ECC counts');
    await slurm.untilState('idle|n[1-3]');
  });
});
