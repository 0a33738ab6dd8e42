// Counters of the kernel that tell of heat and of pages lost to memory errors. They only grow; a run looks at differences.
import { numberAt, type SystemTree, textAt } from './system-tree.ts';

/** Throttling for heat, summed over processors; null where it is not counted (AMD, virtual machines). */
export function readThrottleEvents(tree: SystemTree): number | null {
  const counts = [...tree.keys()]
    .filter((path) => /\/cpu\d+\/thermal_throttle\/(core|package)_throttle_count$/.test(path))
    .flatMap((path) => numberAt(tree, path) ?? []);
  return counts.length === 0 ? null : counts.reduce((sum, count) => sum + count, 0);
}

/** HardwareCorrupted of /proc/meminfo in bytes; null where the kernel does not tell. */
export function readCorruptedBytes(tree: SystemTree): number | null {
  const kilobytes = /^HardwareCorrupted:\s+(\d+) kB/m.exec(textAt(tree, '/proc/meminfo') ?? '')?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}
