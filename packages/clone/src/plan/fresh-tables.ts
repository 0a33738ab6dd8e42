// The `disk` lines of a plan name a disk by serial, size and table. The table of a disk that this very deployment has already
// written to is another one by then: it is taken from the claim of this boot, the serial and the size stay as consented to.
import type { MachineReport } from '../protocol/claim.ts';
import { line, readLines } from '../protocol/words.ts';

/** In a plan: written to by an earlier deployment of ours, so that whatever table it has is not somebody else's. */
export const anyTable = '0'.repeat(64);

/** @param begun whether this deployment has begun to partition */
export function freshTables(steps: string, report: MachineReport | undefined, begun: boolean): string {
  return steps.replace(/^disk .*$/gm, (text) => {
    const [, name = '', serial = '', size = '', table = ''] = readLines(text)[0] ?? [];
    if (!begun && table !== anyTable) return text;
    const same =
      report?.disks.filter((disk) => (disk.serial ?? '') === serial && String(disk.sizeBytes) === size) ?? [];
    const [only] = same;
    // None or two: the line stays, and the node refuses.
    return only === undefined || same.length > 1 ? text : line('disk', name, serial, size, only.table);
  });
}
