// NUMA nodes from sysfs. Their numbers may have gaps and need not begin at 0.
import { numberList, type SystemTree, textAt } from './system-tree.ts';

export interface NumaNode {
  readonly number: number;
  readonly cpus: readonly number[];
  /** MemTotal and MemFree of the node. */
  readonly bytes: number;
  readonly freeBytes: number;
  /** As the firmware tells them, 10 = local, in the order of the nodes. */
  readonly distances: readonly number[];
}

const NODES = '/sys/devices/system/node';

/** null where the kernel has no NUMA files. A node without processors (CXL memory, say) has an empty list. */
export function readNuma(tree: SystemTree): readonly NumaNode[] | null {
  const online = textAt(tree, `${NODES}/online`);
  if (online === null) return null;
  return numberList(online).map((number) => {
    const folder = `${NODES}/node${number}`;
    const meminfo = textAt(tree, `${folder}/meminfo`) ?? '';
    return {
      number,
      cpus: numberList(textAt(tree, `${folder}/cpulist`) ?? ''),
      bytes: kilobytes(meminfo, 'MemTotal'),
      freeBytes: kilobytes(meminfo, 'MemFree'),
      distances: (textAt(tree, `${folder}/distance`) ?? '').split(/\s+/).filter(Boolean).map(Number),
    };
  });
}

function kilobytes(meminfo: string, key: string): number {
  return 1024 * Number(new RegExp(`${key}:\\s+(\\d+) kB`).exec(meminfo)?.[1] ?? 0);
}
