// Holds the requests against one another before any size is counted: members that exist, names that are single,
// a root, and what the firmware boots from.
import { type Finding, finding, type Place } from '../recipe/finding.ts';
import type { Machine, Requests } from './requests.ts';
import type { Content } from './storage-plan.ts';

/** Which group, array or btrfs volume each named member belongs to; what is wrong goes to `findings`. */
export function memberships(requests: Requests, findings: Finding[]): ReadonlyMap<string, Content> {
  const made = new Set([...requests.partitions, ...requests.arrays].map(({ name }) => name));
  const members = new Map<string, Content>();
  const claim = (
    owner: Content & { readonly kind: 'member' },
    names: readonly string[],
    place: Place,
  ): void => {
    for (const name of names) {
      if (!made.has(name))
        findings.push(
          finding(place, 'error', 'member-unknown', `no partition '${name}' for '${owner.name}'`),
        );
      else if (members.has(name))
        findings.push(finding(place, 'error', 'member-twice', `'${name}' is a member of two`));
      members.set(name, owner);
    }
  };
  for (const { device, members: names, place } of requests.arrays)
    claim({ kind: 'member', of: 'array', name: device }, names, place);
  for (const { name, members: names, place } of requests.groups)
    claim({ kind: 'member', of: 'group', name }, names, place);
  for (const { label, mountPoint, members: names, subvolume, place } of requests.btrfs)
    if (subvolume === undefined)
      claim({ kind: 'member', of: 'btrfs', name: label ?? mountPoint }, names, place);
  for (const { name, place } of [...requests.partitions, ...requests.arrays])
    if (/^(pv|raid|btrfs)\./.test(name) && !members.has(name))
      findings.push(
        finding(
          place,
          'error',
          'member-unused',
          `'${name}' belongs to no volume group, RAID or btrfs volume`,
        ),
      );
  return members;
}

/** Everything that is mounted or named once only, `/`, and the partition the firmware needs. */
export function checkNames(
  requests: Requests,
  { firmware }: Machine,
  place: Place,
  findings: Finding[],
): void {
  const { partitions, arrays, groups, volumes, btrfs } = requests;
  const mounted = [
    ...[...partitions, ...arrays, ...volumes].map(({ name, place: at }) => ({ name, at })),
    ...btrfs.map(({ mountPoint, place: at }) => ({ name: mountPoint, at })),
  ].filter(({ name }) => name.startsWith('/'));
  twice(
    mounted.map(({ name, at }) => ({ key: name, what: `'${name}' is mounted twice`, at })),
    findings,
  );
  twice(
    groups.map(({ name, place: at }) => ({ key: name, what: `volume group '${name}' is made twice`, at })),
    findings,
  );
  twice(
    volumes.map(({ group, volume, place: at }) => ({
      key: `${group}/${volume}`,
      what: `volume '${volume}' is made twice`,
      at,
    })),
    findings,
  );
  const members = [...partitions, ...arrays].filter(({ name }) => /^(pv|raid|btrfs)\./.test(name));
  twice(
    members.map(({ name, place: at }) => ({ key: name, what: `'${name}' is made twice`, at })),
    findings,
  );
  for (const { group, volume, place: at } of volumes)
    if (!groups.some(({ name }) => name === group))
      findings.push(finding(at, 'error', 'group-unknown', `no volume group '${group}' for '${volume}'`));
  if (!mounted.some(({ name }) => name === '/'))
    findings.push(
      finding(
        place,
        'error',
        'root-missing',
        'the recipe makes no root file system',
        'add a part or logvol for /',
      ),
    );
  const needed = firmware === 'uefi' ? '/boot/efi' : 'biosboot';
  if (!partitions.some(({ name }) => name === needed))
    findings.push(
      finding(
        place,
        'error',
        'firmware-partition-missing',
        `a machine with ${firmware === 'uefi' ? 'UEFI' : 'a BIOS'} needs a partition '${needed}'`,
        'add reqpart',
      ),
    );
}

function twice(
  entries: readonly { readonly key: string; readonly what: string; readonly at: Place }[],
  findings: Finding[],
): void {
  const seen = new Set<string>();
  for (const { key, what, at } of entries) {
    if (seen.has(key)) findings.push(finding(at, 'error', 'name-twice', what));
    seen.add(key);
  }
}
