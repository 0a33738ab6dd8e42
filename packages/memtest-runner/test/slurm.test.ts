// A burn-in whose nodes belong to Slurm: Debian's slurmctld, and on each node of a namespaces lab its slurmd, which confines jobs by
// cgroups. Nodes are reached by ssh as well: that is how the head follows.
import {
  type NamespacesLab,
  type SlurmCluster,
  slurmConfines,
  startNamespacesLab,
  startSlurmCluster,
} from '@heorot/lab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runMemtest, startMemtest } from '../src/testing/run-memtest.ts';
import { answerOf, headOf, marchLog, marchOn, until, untilItTests } from './head.fixture.ts';
import { holdBits } from './held-bit.fixture.ts';
import { asPlainUser } from './plain-user.fixture.ts';

const head = headOf<NamespacesLab>('burn-in-slurm', (folder) => startNamespacesLab({ folder, nodes: 4 }));
let slurm: SlurmCluster;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  slurm = await startSlurmCluster({ lab: head.lab });
  env = { ...slurm.env, ...head.env };
  await slurm.untilState('idle|n[1-3]');
});
afterAll(() => slurm?.[Symbol.asyncDispose]());

const small = ['--engines', 'march', '--memory', '16M', '--reserve', '64M', '--via', 'slurm'];
const start = (...argv: readonly string[]) => startMemtest(['run', ...argv], env);
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

describe('a burn-in by Slurm', () => {
  it('is one exclusive job a node, of any partition, and leaves out what gets none', async () => {
    const command = start('-w', 'n[1-4]', '--passes', '1', ...small, '--wait', '--json');
    const { code, result, node: nodeOf } = await answerOf(command);
    expect(result.nodes.map(({ node, verdict }) => [node, verdict])).toEqual([
      ['n1', 'pass'],
      ['n2', 'pass'],
      ['n3', 'pass'],
      ['n4', 'tool-error'],
    ]);
    expect(nodeOf('n4')?.reasons[0]?.text).toMatch(/Slurm gives no job to it: \S*(\*|DOWN|UNKNOWN)/);
    expect([code, result.cluster]).toEqual([1, 'rehearsal']);
    const names = slurm.run('squeue', '--noheader', '--states=all', '--format=%j %n');
    expect(names.split('\n').filter((line) => line.includes(result.id))).toHaveLength(3);
    await slurm.untilState('idle|n[1-3]');
  });

  it('says who waits and for what; stop cancels what waits, and ends what runs', async () => {
    const other = sleeper('-w', 'n2');
    await slurm.untilState('allocated|n2');
    const refused = await answerOf(start('-w', 'n2', '--for', '5m', ...small, '--wait', '--json'));
    expect(refused.node('n2')?.reasons[0]?.text).toContain('--queue waits for it');
    const command = start('-w', 'n[1-2]', '--for', '5m', ...small, '--queue', '--wait');
    await until(
      () => /waiting in Slurm: .*\bn2 \(/.test(command.written.stderr),
      () => command.written.stderr + jobs('%n|%T|%r').join(' '),
    );
    expect((await runMemtest(['status'], env)).stdout).toMatch(/waiting in Slurm: .*\bn2 \(/);
    const { result } = await answerOf(startMemtest(['stop', '--json'], env));
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
    const { node } = await answerOf(command);
    expect(node('n3')?.reasons[0]?.text).toContain('its Slurm job is gone, and the run never began');
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
    const all = ['--level', 'quick', '--engines', 'march', '--via', 'slurm', '--wait', '--json'];
    const node = (await answerOf(start('-w', 'n1', ...all))).node('n1');
    expect(node?.reasons.map(({ text }) => text).join()).not.toMatch(/memory, \d+ time/);
    const tested = node?.engines[0]?.bytesTested ?? 0;
    expect(tested).toBeGreaterThan(64 << 20);
    // Half a gigabyte at least is left of the one that slurm.conf names.
    expect(tested).toBeLessThanOrEqual(512 << 20);
    await slurm.untilState('idle|n[1-3]');
  });

  it('finds bad memory, drains its node with the reason, and resumes it', async () => {
    const command = start('-w', 'n1', '--for', '50s', ...small, '--wait', '--json');
    const address = (await untilItTests(head, 'n1')) + 4096n * 3n + 8n;
    const release = new AbortController();
    const holding = holdBits(marchOn(head, 'n1') ?? 0, [{ address, bit: 10, value: 1 }], release.signal);
    await until(() => marchLog(head, 'n1').some(({ type }) => type === 'finding'));
    await runMemtest(['stop'], env);
    const { code, node: nodeOf } = await answerOf(command);
    release.abort();
    await holding;
    const node = nodeOf('n1');
    expect([code, node?.verdict]).toEqual([1, 'data-error']);
    const found = node?.engines[0]?.findings.map(({ address: at, xor }) => `${at} ${xor}`);
    expect(new Set(found)).toEqual(new Set([`0x${address.toString(16)} 0x0000000000000400`]));

    slurm.run('scontrol', 'update', 'nodename=n2', 'state=drain', 'reason=fan 3 is loud');
    const drained = await runMemtest(['quarantine', '--apply', '--yes'], env);
    expect(drained).toMatchObject({ code: 0, stderr: expect.stringContaining('drained n1') });
    expect(slurm.run('scontrol', 'show', 'node', 'n1')).toMatch(/Reason=memtest-runner: data-error \(run /);
    const refused = await answerOf(start('-w', 'n1', '--passes', '1', ...small, '--wait', '--json'));
    expect(refused.node('n1')?.reasons[0]?.text).toContain('memtest-runner: data-error');
    await runMemtest(['quarantine', '--undo', '--apply', '--yes'], env);
    // Who drained the other one has to resume it. After that a node is not idle before slurmctld has asked it, in some ten seconds.
    const isDrained = (node: string) => /State=\S*DRAIN/.test(slurm.run('scontrol', 'show', 'node', node));
    expect(['n1', 'n2'].map(isDrained)).toEqual([false, true]);
    slurm.run('scontrol', 'update', 'nodename=n2', 'state=resume');
  });

  it('that Slurm ends at its time limit has not passed, and says what ended it', async () => {
    const command = start('-w', 'n3', '--for', '10m', ...small, '--sbatch', '--time=60', '--wait', '--json');
    await untilItTests(head, 'n3');
    // Limits are minutes; slurmctld looks every 30 s who is past the end of his.
    slurm.run('scontrol', 'update', `jobid=${jobs('%i').join()}`, 'EndTime=now+1');
    const { code, node } = await answerOf(command);
    expect([code, node('n3')?.verdict]).toEqual([1, 'pass-degraded']);
    expect(node('n3')?.reasons[0]).toMatchObject({
      text: expect.stringMatching(/^march was stopped .*Slurm ended job \d+ due to time limit/),
      next: expect.stringContaining('--sbatch --time='),
    });
    await slurm.untilState('idle|n[1-3]');
  });

  it('goes on to its end, and is followed, when only slurmd dies', async () => {
    const command = start('-w', 'n2', '--passes', '2', ...small, '--wait', '--json');
    await untilItTests(head, 'n2');
    slurm.killSlurmd('n2');
    const { code, node } = await answerOf(command);
    expect([code, node('n2')?.verdict]).toEqual([0, 'pass']);
    await backWithSlurm('n2');
  });

  it('that dies with its slurmd has not passed', async () => {
    const command = start('-w', 'n2', '--for', '5m', ...small, '--wait', '--json');
    await untilItTests(head, 'n2');
    slurm.killSlurmd('n2');
    for (const pid of head.processesOf('n2')) kill(pid);
    const { code, node } = await answerOf(command);
    expect(node('n2')).toMatchObject({
      verdict: 'tool-error',
      reasons: [{ text: expect.stringContaining('march ended without a result') }],
    });
    expect(code).toBe(1);
    await backWithSlurm('n2');
  });

  it('whose node crashes is told long before Slurm gives the node up', async () => {
    const command = start('-w', 'n2', '--for', '5m', ...small, '--wait', '--json');
    await untilItTests(head, 'n2');
    await head.lab.fault('n2', { kind: 'reboot' });
    const { node } = await answerOf(command);
    expect(node('n2')).toMatchObject({
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
    const typed = 'run -w n1 -l heorot --passes 1 --wait --json'.split(' ');
    const { code, result, stderr } = await asPlainUser(head.lab, env, [...typed, ...small]);
    const [node] = result.nodes;
    expect([code, node?.verdict, stderr]).toEqual([0, 'pass', expect.any(String)]);
    expect(node?.engines[0]).toMatchObject({ ending: 'complete', bytesTested: 16 << 20 });
    // /sys/firmware/dmi and the addresses of /proc/self/pagemap are root's.
    expect(node?.facts).toMatchObject({ serial: null, dimms: null });
    expect(node?.reasons[0]?.text).toContain('the node tells no ECC counts');
    await slurm.untilState('idle|n[1-3]');
  });
});

/** One of them may have ended with another. */
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
