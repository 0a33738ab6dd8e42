// From a storage plan to the lines a node does, with every UUID decided, so that fstab is known before a disk is touched.
import type { PlanStep } from '../protocol/plan-step.ts';
import type { Content, Encryption, PlannedVolume, StoragePlan } from '../storage/storage-plan.ts';
import { stableUuid, stableVolumeId } from './stable-uuid.ts';

/** Something that is mounted on the node. */
export interface Mount {
  readonly device: string;
  /** `swap` for swap space. */
  readonly path: string;
  readonly type: string;
  readonly uuid: string;
  readonly options: string;
}

export interface StorageSteps {
  readonly partition: readonly PlanStep[];
  readonly format: readonly PlanStep[];
  /** In the order of mounting: outer ones first. */
  readonly mounts: readonly Mount[];
  /** LUKS containers by the name they are opened under, with their passphrases. */
  readonly encrypted: readonly {
    readonly name: string;
    readonly device: string;
    readonly passphrase: string;
  }[];
}

/** The label by which boot loaders find the file system with the kernels. */
const bootLabel = 'heorot-boot';

const types = {
  linux: '0fc63daf-8483-4772-8e79-3d69d8477de4',
  efi: 'c12a7328-f81f-11d2-ba4b-00a0c93ec93b',
  biosBoot: '21686148-6449-6e6f-744e-656564454649',
  swap: '0657fd6d-a4ab-43c4-84e5-0933c84b4f4f',
  lvm: 'e6d6d379-f507-44c2-a23c-238f2a3df928',
  raid: 'a19d880f-05fc-4d3b-a006-743f0f84911e',
} as const;

/** @param seed what the UUIDs follow from: the digest of the plan */
export function storageSteps(plan: StoragePlan, seed: string): StorageSteps {
  const partition: PlanStep[] = [];
  const format: PlanStep[] = [];
  const mounts: Mount[] = [];
  const encrypted: { name: string; device: string; passphrase: string }[] = [];
  const deviceOf = new Map<string, string>();
  const bootPath = hasBoot(plan) ? '/boot' : '/';

  /** The device inside a LUKS container, where there is one. */
  function opened(device: string, encryption: Encryption | undefined): string {
    if (encryption === undefined) return device;
    const name = `luks-${device.replaceAll('/', '-')}`;
    partition.push({ kind: 'luks', name, device, version: encryption.version, cipher: encryption.cipher });
    encrypted.push({ name, device, passphrase: encryption.passphrase ?? '' });
    return name;
  }

  function fill(device: string, content: Content): void {
    if (content.kind === 'swap') {
      const uuid = stableUuid(seed, device);
      format.push({ kind: 'swap', device, uuid, label: content.label ?? '' });
      mounts.push({ device, path: 'swap', type: 'swap', uuid, options: 'sw' });
    }
    if (content.kind !== 'filesystem') return;
    const { type, mountPoint, mkfsOptions, mountOptions } = content;
    const uuid = type === 'vfat' ? stableVolumeId(seed, device) : stableUuid(seed, device);
    const label = content.label ?? (mountPoint === bootPath ? bootLabel : '');
    const options = mkfsOptions?.split(/\s+/).filter((each) => each !== '') ?? [];
    format.push({ kind: 'filesystem', device, type, uuid, label, options });
    if (mountPoint.startsWith('/'))
      mounts.push({ device, path: mountPoint, type, uuid, options: mountOptions ?? 'defaults' });
  }

  for (const [at, disk] of plan.disks.entries()) {
    const name = `d${at + 1}`;
    partition.push({ kind: 'erase', disk: name }, { kind: 'gpt', disk: name, uuid: stableUuid(seed, name) });
    for (const each of disk.partitions) {
      const device = `${name}p${each.number}`;
      partition.push({
        kind: 'partition',
        name: device,
        disk: name,
        number: each.number,
        startBytes: each.startBytes,
        sizeBytes: each.sizeBytes,
        type: typeOf(each.content),
        uuid: stableUuid(seed, `${device} partition`),
        label: each.name,
      });
    }
    for (const each of disk.partitions) {
      const inner = opened(`${name}p${each.number}`, each.encryption);
      deviceOf.set(each.name, inner);
      fill(inner, each.content);
    }
  }
  const membersOf = (names: readonly string[]): readonly string[] =>
    names.map((each) => deviceOf.get(each) ?? each);
  for (const { device, level, chunkKib, spares, members, encryption, content } of plan.arrays) {
    const uuid = stableUuid(seed, device);
    partition.push({
      kind: 'array',
      name: device,
      level,
      chunkKib,
      spares,
      uuid,
      members: membersOf(members),
    });
    const inner = opened(device, encryption);
    deviceOf.set(`raid ${device}`, inner);
    if (content.kind === 'member') deviceOf.set(memberName(plan, device), inner);
    fill(inner, content);
  }
  for (const { name, extentBytes, members, volumes } of plan.groups) {
    partition.push({ kind: 'group', name, extentBytes, members: membersOf(members) });
    for (const volume of volumes) {
      const device = `${name}/${volume.name}`;
      partition.push(volumeStep(device, name, volume));
      if (volume.content !== undefined) fill(opened(device, volume.encryption), volume.content);
    }
  }
  for (const volume of plan.btrfs) {
    const device = `btrfs-${volume.name.replaceAll('/', '_')}`;
    const uuid = stableUuid(seed, device);
    const { data, metadata, members } = volume;
    format.push({
      kind: 'btrfs',
      name: device,
      uuid,
      label: volume.label ?? '',
      data,
      metadata,
      members: membersOf(members),
    });
    if (volume.mountPoint !== undefined)
      mounts.push({ device, path: volume.mountPoint, type: 'btrfs', uuid, options: 'defaults' });
    for (const { name, mountPoint } of volume.subvolumes) {
      format.push({ kind: 'subvolume', device, name });
      mounts.push({ device, path: mountPoint, type: 'btrfs', uuid, options: `subvol=${name}` });
    }
  }
  return { partition, format, mounts: mounts.sort((a, b) => depth(a.path) - depth(b.path)), encrypted };
}

function volumeStep(device: string, group: string, { name, sizeBytes, role }: PlannedVolume): PlanStep {
  const base = { device, group, name, sizeBytes };
  switch (role.kind) {
    case 'linear':
      return { kind: 'volume', ...base };
    case 'thin':
      return { kind: 'thin', ...base, pool: role.pool };
    case 'thin-pool':
    default:
      return { kind: 'thinpool', ...base, metadataBytes: role.metadataBytes, chunkKib: role.chunkKib };
  }
}

/** What a recipe calls an array that is itself a member: the name its group, or btrfs volume, lists. */
function memberName({ groups, btrfs, disks }: StoragePlan, device: string): string {
  const partitions = new Set(disks.flatMap((disk) => disk.partitions.map(({ name }) => name)));
  const listed = [...groups, ...btrfs].flatMap(({ members }) => members);
  return listed.find((each) => !partitions.has(each)) ?? device;
}

function typeOf(content: Content): string {
  switch (content.kind) {
    case 'swap':
      return types.swap;
    case 'bios-boot':
      return types.biosBoot;
    case 'member':
      return content.of === 'group' ? types.lvm : content.of === 'array' ? types.raid : types.linux;
    case 'filesystem':
    default:
      return content.mountPoint === '/boot/efi' ? types.efi : types.linux;
  }
}

function hasBoot({ disks, arrays, groups }: StoragePlan): boolean {
  const contents = [
    ...disks.flatMap(({ partitions }) => partitions.map(({ content }) => content)),
    ...arrays.map(({ content }) => content),
    ...groups.flatMap(({ volumes }) => volumes.map(({ content }) => content)),
  ];
  return contents.some((content) => content?.kind === 'filesystem' && content.mountPoint === '/boot');
}

function depth(path: string): number {
  return path === 'swap' ? -1 : path === '/' ? 0 : path.split('/').length;
}

const storagePartKinds: ReadonlySet<PlanStep['kind']> = new Set(['luks', 'array', 'group', 'btrfs']);

/** Whether the node needs more than every boot has: the tools and drivers of STORAGE_PART. */
export function needsStoragePart({ partition, format }: StorageSteps): boolean {
  return [...partition, ...format].some(
    (step) =>
      storagePartKinds.has(step.kind) ||
      (step.kind === 'filesystem' && (step.type === 'xfs' || step.type === 'btrfs')),
  );
}
