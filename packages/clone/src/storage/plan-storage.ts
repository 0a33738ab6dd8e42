// From a recipe and the disks of one machine to a storage plan, or to all the reasons why there is none.
// Nothing is written here, and nothing may be written before this has made a plan.
import { type Finding, finding, type Place } from '../recipe/finding.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { has, systemSettings, text } from '../recipe/settings.ts';
import { integerOf } from '../recipe/value-problem.ts';
import { checkNames, memberships } from './check-references.ts';
import { candidates, checkErasable, chooseDisk } from './choose-disks.ts';
import { insideBytes } from './content.ts';
import type { Disk } from './disk.ts';
import { arraySizes, layArrays } from './lay-arrays.ts';
import { layPartitions } from './lay-partitions.ts';
import { layGroup } from './lay-volumes.ts';
import { type BtrfsRequest, type Machine, type PartitionRequest, storageRequests } from './requests.ts';
import type { Content, PlannedBtrfs, PlannedDisk, StoragePlan } from './storage-plan.ts';

/** What is known of a machine before it is deployed. */
export interface MachineFacts {
  readonly disks: readonly Disk[];
  readonly firmware: 'bios' | 'uefi';
  readonly memoryBytes: number;
}

export type StorageResult =
  | { readonly kind: 'plan'; readonly plan: StoragePlan }
  /** The disks cannot be laid out so; each finding names the line of the recipe. */
  | { readonly kind: 'impossible'; readonly findings: readonly Finding[] };

/** Resolves every size and every disk. Check the recipe first: lines with errors are not in it. */
export function planStorage(recipe: Recipe, machine: MachineFacts): StorageResult {
  const findings: Finding[] = [];
  const storage = recipe.commands.find(({ name }) =>
    /^(autopart|reqpart|part|raid|volgroup|logvol|btrfs)$/.test(name),
  );
  const place: Place = storage?.place ?? { file: undefined, line: 1, column: 1 };
  if (storage === undefined)
    return impossible([
      finding(
        place,
        'error',
        'storage-missing',
        'the recipe says nothing of disks',
        'add autopart, or part lines',
      ),
    ]);

  const from = candidates(recipe, machine.disks, findings);
  const facts: Machine = { ...machine, diskBytes: Math.max(0, ...from.map(({ sizeBytes }) => sizeBytes)) };
  const requests = storageRequests(recipe, facts);
  const members = memberships(requests, findings);
  checkNames(requests, facts, place, findings);
  const placed = onDisks(requests.partitions, bootDrive(recipe), from, findings);
  for (const { disk, partitions } of placed)
    checkErasable(disk, recipe, partitions[0]?.place ?? place, findings);
  if (findings.length > 0) return impossible(findings);

  const disks = placed.flatMap(
    ({ disk, partitions }) => layPartitions(disk, partitions, members, findings) ?? [],
  );
  const sizes = new Map(
    disks.flatMap((disk) =>
      disk.partitions.map(
        ({ name, sizeBytes, encryption }) => [name, insideBytes(sizeBytes, encryption)] as const,
      ),
    ),
  );
  if (findings.length > 0) return impossible(findings);
  const arrays = layArrays(requests.arrays, sizes, members, findings);
  const inner = new Map([...sizes, ...arraySizes(requests.arrays, arrays)]);
  const groups = requests.groups.flatMap((group) => layGroup(group, requests.volumes, inner, findings) ?? []);
  const btrfs = btrfsVolumes(requests.btrfs, findings);
  const boot = bootOf(recipe, machine.firmware, disks, from, findings);
  return findings.length > 0
    ? impossible(findings)
    : { kind: 'plan', plan: { disks, arrays, groups, btrfs, tmpfs: requests.tmpfs, boot } };
}

function impossible(findings: readonly Finding[]): StorageResult {
  return { kind: 'impossible', findings };
}

/** The partitions of each disk, disks in the order they are first used. */
function onDisks(
  requests: readonly PartitionRequest[],
  bootDisk: string | undefined,
  from: readonly Disk[],
  findings: Finding[],
): readonly { readonly disk: Disk; readonly partitions: readonly PartitionRequest[] }[] {
  const placed = new Map<Disk, PartitionRequest[]>();
  // What names no disk, as the partition of the firmware, follows the one disk that others name, or the boot drive.
  const named = new Set(requests.flatMap(({ disk }) => disk ?? []));
  const [follow] = named.size === 1 ? named : [bootDisk];
  const said = new Set<string>();
  for (const request of requests) {
    const spec = request.disk ?? follow;
    const problems: Finding[] = [];
    const disk = chooseDisk(spec, from, request.place, problems);
    // One missing disk is one problem, however many partitions it was to hold.
    findings.push(...problems.filter(({ message }) => !said.has(message)));
    for (const { message } of problems) said.add(message);
    if (disk !== undefined) placed.set(disk, [...(placed.get(disk) ?? []), request]);
  }
  return [...placed].map(([disk, partitions]) => ({ disk, partitions }));
}

function btrfsVolumes(requests: readonly BtrfsRequest[], findings: Finding[]): readonly PlannedBtrfs[] {
  const parents = requests.filter(({ subvolume }) => subvolume === undefined);
  const subvolumes = new Map<BtrfsRequest, { readonly name: string; readonly mountPoint: string }[]>();
  for (const { subvolume, members, mountPoint, place } of requests) {
    if (subvolume === undefined) continue;
    const wanted = (members[0] ?? '').replace(/^LABEL=/, '');
    const parent = parents.find((each) => each.label === wanted || each.mountPoint === wanted);
    if (parent === undefined)
      findings.push(
        finding(place, 'error', 'member-unknown', `no btrfs volume '${wanted}' for subvolume '${subvolume}'`),
      );
    else subvolumes.set(parent, [...(subvolumes.get(parent) ?? []), { name: subvolume, mountPoint }]);
  }
  return parents.map((parent) => ({
    name: parent.label ?? parent.mountPoint,
    label: parent.label,
    members: parent.members,
    data: parent.data,
    metadata: parent.metadata,
    mountPoint: parent.mountPoint.startsWith('/') ? parent.mountPoint : undefined,
    subvolumes: subvolumes.get(parent) ?? [],
  }));
}

function bootOf(
  recipe: Recipe,
  firmware: 'bios' | 'uefi',
  disks: readonly PlannedDisk[],
  from: readonly Disk[],
  findings: Finding[],
): StoragePlan['boot'] {
  const command = recipe.commands.findLast(({ name }) => name === 'bootloader');
  const drive = bootDrive(recipe);
  const none = has(command, '--disabled') || text(command, '--location') === 'none';
  const chosen =
    drive === undefined || drive === '' || command === undefined
      ? undefined
      : chooseDisk(drive, from, command.place, findings);
  const bootable = disks.find(({ partitions }) =>
    partitions.some(({ content }) => isFirmware(content, firmware)),
  );
  if (chosen !== undefined && command !== undefined && !none && bootable?.name !== chosen.name)
    findings.push(
      finding(
        command.place,
        'error',
        'boot-drive',
        `${chosen.name} has no partition for the firmware`,
        `it is on ${bootable?.name ?? 'no disk'}`,
      ),
    );
  return {
    firmware,
    disk: none ? undefined : (chosen?.name ?? bootable?.name),
    kernelArguments: systemSettings(recipe).kernelArguments,
    timeoutSeconds: integerOf(text(command, '--timeout') ?? ''),
  };
}

function bootDrive({ commands }: Recipe): string | undefined {
  const drive = text(
    commands.findLast(({ name }) => name === 'bootloader'),
    '--boot-drive',
  );
  return drive === '' ? undefined : drive;
}

function isFirmware(content: Content, firmware: 'bios' | 'uefi'): boolean {
  if (firmware === 'bios') return content.kind === 'bios-boot';
  return content.kind === 'filesystem' && content.mountPoint === '/boot/efi';
}
