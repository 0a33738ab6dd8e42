// Counters of the kernel in /proc that only grow: what was killed for memory, what had to wait, what a hypervisor took.
import { type SystemTree, textAt } from './system-tree.ts';

/** Processes killed for want of memory (vmstat(5), oom_kill); null before Linux 4.13. */
export function readOomKills(tree: SystemTree): number | null {
  return firstNumber(tree, '/proc/vmstat', /^oom_kill (\d+)$/m);
}

/** Seconds in which at least one task waited for it (Documentation/accounting/psi.rst); null where PSI is off. */
export function readPressureSeconds(tree: SystemTree, resource: 'cpu' | 'memory'): number | null {
  const microseconds = firstNumber(tree, `/proc/pressure/${resource}`, /^some .*total=(\d+)$/m);
  return microseconds === null ? null : microseconds / 1e6;
}

/** USER_HZ: what /proc/stat counts in, on every architecture that memory is tested on. */
const TICKS_PER_SECOND = 100;

/** Seconds that a hypervisor gave to others, over all processors (proc_stat(5)); always there, 0 on bare metal. */
export function readStealSeconds(tree: SystemTree): number | null {
  const ticks = firstNumber(tree, '/proc/stat', /^cpu +(?:\d+ ){7}(\d+)/m);
  return ticks === null ? null : ticks / TICKS_PER_SECOND;
}

/** MemTotal in bytes. */
export function readMemoryBytes(tree: SystemTree): number | null {
  const kilobytes = firstNumber(tree, '/proc/meminfo', /^MemTotal:\s+(\d+) kB/m);
  return kilobytes === null ? null : kilobytes * 1024;
}

function firstNumber(tree: SystemTree, path: string, pattern: RegExp): number | null {
  const found = pattern.exec(textAt(tree, path) ?? '')?.[1];
  return found === undefined ? null : Number(found);
}
