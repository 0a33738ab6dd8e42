import { describe, expect, it, test } from 'vitest';
import { minutesOf, sbatchFlags } from '../run/submit-run.ts';
import { endOfJob } from './job-output.ts';
import { isLive, parseQueue } from './queue.ts';
import { parseSlurmNodes, unavailable } from './slurm-nodes.ts';
import { sbatchArguments } from './submit-jobs.ts';
import { describePending } from './watch-queue.ts';

const node = (state: string, more = '') =>
  parseSlurmNodes(
    `NodeName=n1 Arch=x86_64 State=${state} ThreadsPerCore=1 Partitions=debug,batch ${more}`,
  )[0];

describe('a node that Slurm', () => {
  test.each([
    ['IDLE', false, null],
    ['IDLE+CLOUD', false, null],
    ['ALLOCATED', true, null],
    ['MIXED', false, 'it is at work in Slurm: MIXED; --queue waits for it'],
    ['RESERVED', false, 'it is at work in Slurm: RESERVED; --queue waits for it'],
    ['IDLE+DRAIN', true, 'Slurm gives no job to it: IDLE+DRAIN'],
    ['IDLE*', false, 'Slurm gives no job to it: IDLE*'],
    ['DOWN', true, 'Slurm gives no job to it: DOWN'],
  ])('has as %s (--queue: %s): %s', (state, queue, why) => {
    const said = unavailable(node(state), queue);
    expect(said?.replace(/;? ?without --via.*/, '') ?? null).toBe(why);
  });

  it('does not know, or has in no partition, gets no job', () => {
    expect(unavailable(undefined, true)).toBe('Slurm does not know it');
    expect(unavailable(parseSlurmNodes('NodeName=n1 State=IDLE')[0], true)).toBe(
      'it is in no partition of Slurm',
    );
  });

  it('has out of service says why', () => {
    expect(unavailable(node('IDLE+DRAIN', 'Reason=fan 3 [root@2026-11-22T07:31:41]'), false)).toContain(
      '(fan 3)',
    );
  });
});

describe('the job of a node', () => {
  const jobs = { run: 'r1', minutes: 40, flags: [] };

  it('is exclusive, never started again, and nothing but the supervisor', () => {
    const argv = sbatchArguments(jobs, 'n1', "/root/it's/runs/r1/n1", 'debug,batch');
    expect(argv).toEqual(
      expect.arrayContaining(['--nodelist=n1', '--nodes=1', '--exclusive', '--no-requeue', '--time=40']),
    );
    expect(argv).toContain('--partition=debug,batch');
    expect(argv.at(-1)).toBe("exec sh '/root/it'\\''s/runs/r1/n1/supervisor' '/root/it'\\''s/runs/r1/n1'");
  });

  it("goes to the user's partition if there is one", () => {
    const argv = sbatchArguments({ ...jobs, flags: ['--partition=burn'] }, 'n1', '/x', 'debug');
    expect(argv.filter((word) => word.startsWith('--partition'))).toEqual(['--partition=burn']);
  });

  it('may last as long as its phases and some more, or as the partition allows', () => {
    expect(minutesOf([{ limit: 600 }, { limit: 61 }])).toBe(42);
    expect(minutesOf([{ limit: 600 }, { limit: 0 }])).toBe(null);
  });
});

describe('--sbatch', () => {
  it('is whole flags', () => {
    expect(sbatchFlags(' --account=ops  --qos=high')).toEqual(['--account=ops', '--qos=high']);
    expect(sbatchFlags(undefined)).toEqual([]);
  });

  it.each(['script.sh', '--wrap=true', '-p debug', '--account ops'])('refuses %s', (text) => {
    expect(() => sbatchFlags(text)).toThrow('is no flag that can be handed on');
  });
});

describe('the queue', () => {
  const jobs = parseQueue(
    '7|n2|PENDING|Resources\n8|n1|RUNNING|None\n9|n3|PENDING|Resources\n10|n4|PENDING|Priority\n11|n5|CANCELLED|None\n',
  );

  it('is told by what nodes wait for', () => {
    expect(describePending(jobs)).toBe('waiting in Slurm: n[2-3] (Resources), n4 (Priority)');
    expect(describePending([])).toBe('');
  });

  it('holds nothing of jobs that are over', () => {
    expect(jobs.filter(isLive).map(({ node: name }) => name)).toEqual(['n2', 'n1', 'n3', 'n4']);
  });
});

describe('the output of a job', () => {
  const said = (why: string) =>
    `slurmstepd: error: *** JOB 5 ON n3 CANCELLED AT 2026-11-22T11:26:26${why} ***\n`;
  test.each([
    [said(' DUE TO TIME LIMIT'), 'Slurm ended job 5 due to time limit'],
    [said(' DUE TO PREEMPTION'), 'Slurm ended job 5 due to preemption'],
    [said(''), 'Slurm ended job 5, which somebody cancelled'],
    ['slurmstepd: error: Detected 1 oom-kill event(s)\n', null],
    ['', null],
  ])('%j says: %s', (output, why) => {
    expect(endOfJob(output)).toBe(why);
  });
});

it('memory that Slurm gives is read where it is configured', () => {
  expect(node('IDLE', 'RealMemory=1024 AllocMem=0')?.memoryBytes).toBe(1024 * 2 ** 20);
  expect(node('IDLE', 'RealMemory=1 AllocMem=0')?.memoryBytes).toBe(null);
});
