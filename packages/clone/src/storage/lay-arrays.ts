// Software RAIDs: enough members of fair size, and what they can hold.
import { type Finding, finding } from '../recipe/finding.ts';
import { contentOf, insideBytes, MIB } from './content.ts';
import type { ArrayRequest } from './requests.ts';
import type { Content, PlannedArray } from './storage-plan.ts';

/** The fewest active members of each level (md(4)), and how many of n hold data. */
const levels: Readonly<
  Record<string, { readonly fewest: number; readonly data: (members: number) => number }>
> = {
  '0': { fewest: 2, data: (n) => n },
  '1': { fewest: 2, data: () => 1 },
  '4': { fewest: 3, data: (n) => n - 1 },
  '5': { fewest: 3, data: (n) => n - 1 },
  '6': { fewest: 4, data: (n) => n - 2 },
  '10': { fewest: 2, data: (n) => n / 2 },
};

/** mdadm keeps up to 128 MiB and the superblock of each member (metadata 1.2); less of small ones. */
function usable(memberBytes: number): number {
  return memberBytes - Math.min(129 * MIB, Math.max(2 * MIB, Math.ceil(memberBytes / 64)));
}

/** @param sizes of the partitions, by name, encryption taken off */
export function layArrays(
  requests: readonly ArrayRequest[],
  sizes: ReadonlyMap<string, number>,
  members: ReadonlyMap<string, Content>,
  findings: Finding[],
): readonly PlannedArray[] {
  return requests.flatMap((request) => {
    const { device, level, spares, place } = request;
    const active = request.members.length - spares;
    const facts = levels[level];
    if (facts === undefined || active < facts.fewest) {
      findings.push(
        finding(
          place,
          'error',
          'array-members',
          `RAID ${level} '${device}' needs ${facts?.fewest ?? 2} members beside ${spares} spares, and has ${active}`,
        ),
      );
      return [];
    }
    const smallest = Math.min(...request.members.map((member) => sizes.get(member) ?? 0));
    const sizeBytes = Math.floor((usable(smallest) * facts.data(active)) / MIB) * MIB;
    const content = contentOf(request, members);
    return [
      {
        device,
        level,
        members: request.members,
        spares,
        sizeBytes,
        chunkKib: request.chunkKib,
        encryption: request.encryption,
        content,
      },
    ];
  });
}

/** What is inside each array that is a member of something else, by its name in the recipe. */
export function arraySizes(
  requests: readonly ArrayRequest[],
  arrays: readonly PlannedArray[],
): ReadonlyMap<string, number> {
  return new Map(
    requests.flatMap(({ name, device }) => {
      const array = arrays.find((each) => each.device === device);
      return array === undefined ? [] : [[name, insideBytes(array.sizeBytes, array.encryption)] as const];
    }),
  );
}
