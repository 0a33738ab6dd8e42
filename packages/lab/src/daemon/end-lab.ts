// Ends a lab that runs in the background, or cleans up after one that crashed.
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { signalMarked } from '../embedded/marked-processes.ts';
import { removeNamespaces } from '../namespaces/remove-namespaces.ts';
import { type DaemonRecord, isRunning, readRecord } from './daemon-record.ts';
import { ask } from './protocol.ts';

/**
 * Asks the daemon to stop, insists with SIGTERM and SIGKILL, takes away what it may have left, and removes the folder.
 * @returns `ended`, `cleaned` (it had crashed) or `none`; a folder without a lab's record is not touched
 */
export async function endLab(folder: string): Promise<'ended' | 'cleaned' | 'none'> {
  const record = await readRecord(folder);
  if (!record) return 'none';
  const wasRunning = await isRunning(record);
  if (wasRunning) {
    await ask(folder, { kind: 'stop' }).catch(() => {});
    if (!(await hasEnded(record, 10_000))) await insist(record);
  }
  await signalMarked(`${record.token}/`, 'SIGKILL');
  if (record.kind !== 'embedded') await removeNamespaces(folder);
  await rm(folder, { recursive: true, force: true });
  return wasRunning ? 'ended' : 'cleaned';
}

async function insist(record: DaemonRecord): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (!(await isRunning(record))) return;
    process.kill(record.pid, signal);
    if (await hasEnded(record, 3_000)) return;
  }
}

async function hasEnded(record: DaemonRecord, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  while (await isRunning(record)) {
    if (performance.now() > deadline) return false;
    await sleep(20);
  }
  return true;
}
