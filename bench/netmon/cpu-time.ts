// CPU time of processes that run, to the nanosecond (Documentation/scheduler/sched-stats.rst).
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Milliseconds that all threads of the processes have been on a processor; those that have ended count nothing. */
export function cpuMilliseconds(pids: readonly number[]): number {
  return pids
    .flatMap(threadsOf)
    .reduce((sum, path) => sum + Number(readFileSync(`${path}/schedstat`, 'utf8').split(' ')[0]) / 1e6, 0);
}

function threadsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map((thread) => `/proc/${pid}/task/${thread}`);
  } catch {
    return [];
  }
}

/** The process and all below it. */
export function familyOf(pid: number): readonly number[] {
  const below = execFileSync('ps', ['-e', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const family = [pid];
  for (const member of family) {
    for (const [child = 0, parent] of below) if (parent === member) family.push(child);
  }
  return family;
}

/** Resident memory of a process in MB. */
export function residentMegabytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN) / 1000;
}
