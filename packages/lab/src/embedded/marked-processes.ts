// Finds and signals the processes of a node by a mark in their environment: children, daemons and orphans alike inherit it,
// so none is missed that did not wash its environment, and none of anybody else is ever touched.
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** The variable that every process of an embedded node carries: `LAB-TOKEN/NODE`. */
export const MARK = 'HEOROT_LAB_NODE';

/**
 * Sends a signal to every process whose mark begins with `prefix`: `TOKEN/` is a whole lab, `TOKEN/n1/` one node. Looks
 * again until nothing new turns up twice: processes fork while we look, and one that is just being exec'ed shows no
 * environment for a moment.
 */
export async function signalMarked(prefix: string, signal: NodeJS.Signals): Promise<void> {
  const reached = new Set<number>();
  // A process that hangs in the kernel does not die: 400 rounds are at least two seconds.
  for (let quiet = 0, round = 0; quiet < 2 && round < 400; round++) {
    const found = await markedProcesses(prefix);
    // What was killed may still be there for a moment; what was stopped stays.
    const open = signal === 'SIGKILL' ? found : found.filter((pid) => !reached.has(pid));
    quiet = open.length === 0 ? quiet + 1 : 0;
    for (const pid of open) {
      reached.add(pid);
      try {
        process.kill(pid, signal);
      } catch {
        // Ended meanwhile.
      }
    }
    await sleep(5);
  }
}

/** Process ids, of this user or, for root, of all. */
export async function markedProcesses(prefix: string): Promise<readonly number[]> {
  const mark = Buffer.from(`${MARK}=${prefix}`);
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).values();
  const marked: number[] = [];
  // All at once would need a file descriptor for each process of the machine, for each node that is looked for.
  const reader = async (): Promise<void> => {
    for (const pid of pids) {
      // A zombie or another user's process gives nothing to read (proc(5)).
      const environment = await readFile(`/proc/${pid}/environ`).catch(() => undefined);
      if (environment?.includes(mark)) marked.push(Number(pid));
    }
  };
  await Promise.all(Array.from({ length: 4 }, reader));
  return marked;
}
