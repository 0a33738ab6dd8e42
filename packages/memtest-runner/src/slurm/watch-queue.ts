// What Slurm says of the jobs of a run while it is followed: which nodes wait and for what, and which wait for nothing.
import { setTimeout as sleep } from 'node:timers/promises';
import { HeorotError, NodeSet } from '@heorot/inventory';
import { isLive, type QueuedJob, queuedJobs } from './queue.ts';
import type { SlurmContext } from './run-slurm.ts';

export interface QueueWatch {
  readonly run: string;
  readonly everyMs: number;
  /** Nodes on which the run has not begun. */
  readonly waiting: () => ReadonlySet<string>;
  /** Called when what is to be said has changed. */
  readonly say: (text: string) => void;
  /** Their jobs are gone: nothing will begin there. */
  readonly gone: (nodes: ReadonlySet<string>) => Promise<void>;
}

const LOOK_AGAIN_MS = 2000;

/** Resolves when `signal` is aborted. A Slurm that does not answer is said once, and asked again. */
export async function watchQueue(watch: QueueWatch, context: SlurmContext): Promise<void> {
  let said = '';
  let suspects: ReadonlySet<string> = new Set();
  const pause = (ms: number) => sleep(ms, undefined, { signal: context.signal }).catch(() => undefined);
  // A free node gets its job in a moment: that is not worth a word.
  await pause(Math.min(watch.everyMs, 2000));
  while (!context.signal.aborted) {
    const waiting = watch.waiting();
    if (waiting.size > 0) {
      const look = await lookAt(watch.run, waiting, context);
      if (context.signal.aborted) return;
      if (look.text !== said && look.text !== '') watch.say(look.text);
      said = look.text;
      // Twice in a row: a job that has just begun is in the queue no more and not yet seen to work.
      const gone = look.jobless.intersection(suspects);
      suspects = look.jobless;
      if (gone.size > 0) await watch.gone(gone);
    }
    await pause(suspects.size > 0 ? Math.min(watch.everyMs, LOOK_AGAIN_MS) : watch.everyMs);
  }
}

async function lookAt(
  run: string,
  waiting: ReadonlySet<string>,
  context: SlurmContext,
): Promise<{ readonly text: string; readonly jobless: ReadonlySet<string> }> {
  try {
    const live = (await queuedJobs(run, context)).filter(isLive);
    const jobless = waiting.difference(new Set(live.map(({ node }) => node)));
    return { text: describePending(live), jobless };
  } catch (error) {
    if (!(error instanceof HeorotError)) throw error;
    return { text: error.message, jobless: new Set() };
  }
}

/** `waiting in Slurm: n[1-4] (Resources), n7 (ReqNodeNotAvail)`; empty: none waits. */
export function describePending(jobs: readonly QueuedJob[]): string {
  const pending = jobs.filter(({ state }) => state === 'PENDING');
  if (pending.length === 0) return '';
  const groups = [...Map.groupBy(pending, ({ reason }) => reason)];
  const each = groups.map(
    ([reason, members]) => `${NodeSet.from(members.map(({ node }) => node)).toString()} (${reason})`,
  );
  return `waiting in Slurm: ${each.join(', ')}`;
}
