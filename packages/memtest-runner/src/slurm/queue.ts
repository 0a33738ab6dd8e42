// The jobs of a run in Slurm's queue, found by their name: nothing but the run's id has to be remembered.
import { runSlurm, type SlurmContext } from './run-slurm.ts';

export interface QueuedJob {
  readonly id: string;
  readonly node: string;
  /** `PENDING`, `RUNNING`, `COMPLETING`: squeue(1), JOB STATE CODES. */
  readonly state: string;
  /** Why it waits: `Resources`, `Priority`. */
  readonly reason: string;
}

export function jobName(run: string): string {
  return `heorot-memtest-${run}`;
}

/** @throws HeorotError `slurm-failed` */
export async function queuedJobs(run: string, context: SlurmContext): Promise<readonly QueuedJob[]> {
  // %n is the node that was asked for: a job that waits has no other.
  const args = ['--noheader', '--states=all', `--name=${jobName(run)}`, '--format=%i|%n|%T|%r'];
  return parseQueue(await runSlurm('squeue', args, context));
}

export function parseQueue(text: string): readonly QueuedJob[] {
  return text.split('\n').flatMap((line) => {
    const [id = '', node = '', state = '', reason = ''] = line.trim().split('|');
    return id === '' || node === '' ? [] : [{ id, node, state, reason }];
  });
}

/** Of jobs that have neither ended nor are about to. */
export function isLive({ state }: QueuedJob): boolean {
  return ['PENDING', 'CONFIGURING', 'RUNNING', 'SUSPENDED', 'REQUEUED', 'REQUEUE_HOLD', 'RESIZING'].includes(
    state,
  );
}

/** Ends them all, or only those that wait; that there are none is no error. */
export async function cancelJobs(
  run: string,
  which: 'pending' | 'all',
  context: SlurmContext,
): Promise<void> {
  const state = which === 'pending' ? ['--state=PENDING'] : [];
  await runSlurm('scancel', ['--quiet', `--name=${jobName(run)}`, ...state], context);
}
