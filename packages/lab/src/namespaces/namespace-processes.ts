// Signals every process of a node: those whose network namespace is the node's.
import { setTimeout as sleep } from 'node:timers/promises';
import { runProgram } from './run-program.ts';

/** Looks again until no new process turns up, since one may fork while the others are signalled. */
export async function signalNamespace(namespace: string, signal: NodeJS.Signals): Promise<void> {
  const reached = new Set<string>();
  for (let round = 0; round < 50; round++) {
    const listed = await runProgram('ip', ['netns', 'pids', namespace]).catch(() => '');
    const pids = listed.split('\n').filter((pid) => pid !== '');
    // A killed process is listed until it is gone; a stopped one stays.
    const open = signal === 'SIGKILL' ? pids : pids.filter((pid) => !reached.has(pid));
    if (open.length === 0) return;
    for (const pid of open) {
      reached.add(pid);
      try {
        process.kill(Number(pid), signal);
      } catch {
        // Ended meanwhile.
      }
    }
    if (signal === 'SIGKILL') await sleep(5);
  }
}
