// Finds and signals the processes of a node by a mark in their environment: children, daemons and orphans alike inherit it,
// so none is missed that did not wash its environment, and none of anybody else is ever touched.
import { readdir, readFile } from 'node:fs/promises';

/** The variable that every process of an embedded node carries: `LAB-TOKEN/NODE`. */
export const MARK = 'HEOROT_LAB_NODE';

/**
 * Sends a signal to every process whose mark begins with `prefix` (`TOKEN/` is a whole lab, `TOKEN/n1/` one node).
 * @returns how many there were
 */
export async function signalMarked(prefix: string, signal: NodeJS.Signals): Promise<number> {
  const found = await markedProcesses(prefix);
  for (const pid of found) {
    try {
      process.kill(pid, signal);
    } catch {
      // Ended meanwhile.
    }
  }
  return found.length;
}

/** Ends every marked process for good; looks again until none is left, since a process may fork while we read. */
export async function endMarked(prefix: string): Promise<void> {
  for (let round = 0; round < 20; round++) {
    if ((await signalMarked(prefix, 'SIGKILL')) === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function markedProcesses(prefix: string): Promise<readonly number[]> {
  const mark = Buffer.from(`${MARK}=${prefix}`);
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const marked = await Promise.all(
    pids.map(async (pid) => {
      // A zombie or another user's process gives nothing to read (proc(5)).
      const environment = await readFile(`/proc/${pid}/environ`).catch(() => undefined);
      return environment?.includes(mark) ? Number(pid) : undefined;
    }),
  );
  return marked.filter((pid) => pid !== undefined);
}
