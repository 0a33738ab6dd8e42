// Lays partitions on a disk: GPT, aligned to 1 MiB, in the order of the recipe.
import { type Finding, finding } from '../recipe/finding.ts';
import { contentOf, MIB, sizeText } from './content.ts';
import { type Disk, describeDisk } from './disk.ts';
import { grow } from './grow.ts';
import type { PartitionRequest } from './requests.ts';
import type { Content, PlannedDisk } from './storage-plan.ts';

/** 1 MiB before the first partition and after the last: the tables of GPT take 17 KiB of each (UEFI, 5.3). */
const reservedMib = 2;
/** A GPT has room for this many. */
const mostPartitions = 128;

/** The partitions of one disk; `undefined` after saying what does not fit. */
export function layPartitions(
  disk: Disk,
  requests: readonly PartitionRequest[],
  members: ReadonlyMap<string, Content>,
  findings: Finding[],
): PlannedDisk | undefined {
  const unsized = requests.filter(
    ({ sizeMib, grow: grows }) => (sizeMib === undefined || sizeMib < 1) && !grows,
  );
  for (const { name, place } of unsized)
    findings.push(
      finding(place, 'error', 'size-missing', `'${name}' has no size`, 'give --size in MiB, or --grow'),
    );
  const [first] = requests;
  if (unsized.length > 0 || first === undefined) return undefined;
  if (requests.length > mostPartitions) {
    findings.push(
      finding(
        first.place,
        'error',
        'partitions-too-many',
        `${requests.length} partitions on ${disk.name}: a GPT holds ${mostPartitions}`,
      ),
    );
    return undefined;
  }
  const room = Math.floor(disk.sizeBytes / MIB) - reservedMib;
  const items = requests.map(({ sizeMib, grow: grows, maxMib }) => ({
    size: Math.max(sizeMib ?? 1, 1),
    grow: grows,
    max: maxMib === undefined || maxMib === 0 ? undefined : maxMib,
  }));
  const asked = items.reduce((sum, { size }) => sum + size, 0);
  if (asked > room) {
    const largest = requests.reduce((a, b) => ((b.sizeMib ?? 0) > (a.sizeMib ?? 0) ? b : a));
    findings.push(
      finding(
        largest.place,
        'error',
        'disk-too-small',
        `${describeDisk(disk)} is too small: ${sizeText(asked * MIB)} are asked for, ${sizeText(Math.max(room, 0) * MIB)} are there`,
        `the largest partition is '${largest.name}' with ${sizeText((largest.sizeMib ?? 0) * MIB)}`,
      ),
    );
    return undefined;
  }
  let start = 1;
  const sizes = grow(items, room - asked);
  const partitions = requests.map((request, index) => {
    const size = sizes[index] ?? 0;
    const partition = {
      number: index + 1,
      name: request.name,
      startBytes: start * MIB,
      sizeBytes: size * MIB,
      encryption: request.encryption,
      content: contentOf(request, members),
    };
    start += size;
    return partition;
  });
  return {
    name: disk.name,
    serial: disk.serial,
    sizeBytes: disk.sizeBytes,
    table: 'gpt',
    erases: disk.contents,
    partitions,
  };
}
