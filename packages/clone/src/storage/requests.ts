// What a recipe asks of the disks, before any disk is known: partitions and volumes with sizes in MiB.
// `autopart` and `reqpart` become the same requests as if they had been written out.
import type { Place } from '../recipe/finding.ts';
import type { Recipe, RecipeCommand } from '../recipe/recipe.ts';
import { has, text } from '../recipe/settings.ts';
import { integerOf } from '../recipe/value-problem.ts';
import { autopartRequests } from './autopart.ts';
import type { Encryption, PlannedTmpfs } from './storage-plan.ts';

/** The machine the requests are for. */
export interface Machine {
  readonly firmware: 'bios' | 'uefi';
  readonly memoryBytes: number;
  /** Of the disk that autopart would take. */
  readonly diskBytes: number;
}

/** A partition or a volume. Sizes in MiB. */
export interface SizeRequest {
  /** The mount point, or `swap`, `pv.1`, `raid.1`, `btrfs.1`, `biosboot`. */
  readonly name: string;
  /** `undefined` when the recipe gives none. */
  readonly sizeMib: number | undefined;
  readonly percent: number | undefined;
  readonly grow: boolean;
  readonly maxMib: number | undefined;
  readonly type: string | undefined;
  readonly label: string | undefined;
  readonly mountOptions: string | undefined;
  readonly mkfsOptions: string | undefined;
  readonly encryption: Encryption | undefined;
  readonly place: Place;
}

export interface PartitionRequest extends SizeRequest {
  /** As the recipe names the disk; `undefined` for the only one. */
  readonly disk: string | undefined;
}

export interface VolumeRequest extends SizeRequest {
  readonly volume: string;
  readonly group: string;
  readonly thinPool: boolean;
  /** The pool of a thin volume. */
  readonly pool: string | undefined;
  readonly metadataMib: number | undefined;
  readonly chunkKib: number | undefined;
}

export interface GroupRequest {
  readonly name: string;
  readonly members: readonly string[];
  readonly extentKib: number;
  readonly reservedMib: number;
  readonly reservedPercent: number;
  readonly place: Place;
}

export interface ArrayRequest extends SizeRequest {
  readonly device: string;
  readonly level: string;
  readonly spares: number;
  readonly chunkKib: number | undefined;
  readonly members: readonly string[];
}

export interface BtrfsRequest {
  readonly mountPoint: string;
  readonly members: readonly string[];
  readonly label: string | undefined;
  readonly data: string | undefined;
  readonly metadata: string | undefined;
  /** The name of a subvolume, whose parent is the first member. */
  readonly subvolume: string | undefined;
  readonly place: Place;
}

export interface Requests {
  readonly partitions: readonly PartitionRequest[];
  readonly arrays: readonly ArrayRequest[];
  readonly groups: readonly GroupRequest[];
  readonly volumes: readonly VolumeRequest[];
  readonly btrfs: readonly BtrfsRequest[];
  readonly tmpfs: readonly PlannedTmpfs[];
}

/** Reads the requests out of a recipe. */
export function storageRequests({ commands }: Recipe, machine: Machine): Requests {
  const all = (name: string): readonly RecipeCommand[] => commands.filter((command) => command.name === name);
  const autopart = all('autopart').at(-1);
  if (autopart !== undefined) return autopartRequests(autopart, machine);
  const reqpart = all('reqpart').at(-1);
  return {
    partitions: [
      ...(reqpart === undefined ? [] : required(reqpart, machine, has(reqpart, '--add-boot'))),
      ...all('part')
        .filter((part) => !inMemory(part))
        .map((part) => ({ ...sizeRequest(part, machine), disk: text(part, '--ondisk') })),
    ],
    arrays: all('raid').map((raid) => ({
      ...sizeRequest(raid, machine),
      device: (text(raid, '--device') ?? '').replace(/^\/dev\/(md\/)?/, ''),
      level: (text(raid, '--level') ?? '').toLowerCase().replace(/^raid/, ''),
      spares: number(raid, '--spares') ?? 0,
      chunkKib: number(raid, '--chunksize'),
      members: membersOf(raid),
    })),
    groups: all('volgroup').map((group) => ({
      name: group.arguments.operands[0]?.text ?? '',
      members: membersOf(group),
      extentKib: number(group, '--pesize') ?? 4096,
      reservedMib: number(group, '--reserved-space') ?? 0,
      reservedPercent: number(group, '--reserved-percent') ?? 0,
      place: group.place,
    })),
    volumes: all('logvol').map((volume) => ({
      ...sizeRequest(volume, machine),
      volume: text(volume, '--name') ?? '',
      group: text(volume, '--vgname') ?? '',
      thinPool: has(volume, '--thinpool'),
      pool: has(volume, '--thin') ? text(volume, '--poolname') : undefined,
      metadataMib: number(volume, '--metadatasize'),
      chunkKib: number(volume, '--chunksize'),
    })),
    btrfs: all('btrfs').map((volume) => ({
      mountPoint: volume.arguments.operands[0]?.text ?? '',
      members: membersOf(volume),
      label: text(volume, '--label'),
      data: levelOf(text(volume, '--data')),
      metadata: levelOf(text(volume, '--metadata')),
      subvolume: has(volume, '--subvol') ? text(volume, '--name') : undefined,
      place: volume.place,
    })),
    tmpfs: all('part')
      .filter(inMemory)
      .map((part) => ({
        mountPoint: part.arguments.operands[0]?.text ?? '',
        sizeMib: number(part, '--size'),
        mountOptions: text(part, '--fsoptions'),
      })),
  };
}

function inMemory(part: RecipeCommand): boolean {
  return text(part, '--fstype') === 'tmpfs';
}

/** The partitions a firmware needs, and `/boot` where asked for. */
export function required(
  command: RecipeCommand,
  { firmware }: Machine,
  withBoot: boolean,
): readonly PartitionRequest[] {
  const plain = { ...unsized(command.place), disk: undefined };
  return [
    firmware === 'uefi'
      ? { ...plain, name: '/boot/efi', sizeMib: 600, type: 'efi' }
      : { ...plain, name: 'biosboot', sizeMib: 1 },
    ...(withBoot ? [{ ...plain, name: '/boot', sizeMib: 1024, type: 'ext4' }] : []),
  ];
}

/** A request that says nothing yet. */
export function unsized(place: Place): Omit<SizeRequest, 'name'> {
  return {
    sizeMib: undefined,
    percent: undefined,
    grow: false,
    maxMib: undefined,
    type: undefined,
    label: undefined,
    mountOptions: undefined,
    mkfsOptions: undefined,
    encryption: undefined,
    place,
  };
}

/** What anaconda takes for the right size of swap (RHEL installation guide, "Recommended partitioning scheme"). */
export function recommendedSwapMib(memoryBytes: number, hibernation: boolean): number {
  const memory = Math.ceil(memoryBytes / 1024 ** 2);
  const base =
    memory < 2048 ? 2 * memory : memory < 8192 ? memory : memory < 65536 ? Math.floor(memory / 2) : 4096;
  return hibernation ? base + memory : base;
}

/** How a command asks for encryption; `undefined` when it does not. */
export function encryptionOf(command: RecipeCommand): Encryption | undefined {
  if (!has(command, '--encrypted')) return undefined;
  const version = text(command, '--luks-version');
  return {
    version: version === undefined || version === '' ? 'luks2' : version,
    cipher: text(command, '--cipher'),
    passphrase: text(command, '--passphrase'),
  };
}

function sizeRequest(command: RecipeCommand, machine: Machine): SizeRequest {
  const name = command.arguments.operands[0]?.text ?? '';
  const hibernation = has(command, '--hibernation');
  const swap =
    has(command, '--recommended') || hibernation
      ? recommendedSwapMib(machine.memoryBytes, hibernation)
      : undefined;
  return {
    name,
    sizeMib: name === 'swap' && swap !== undefined ? swap : number(command, '--size'),
    percent: number(command, '--percent'),
    grow: has(command, '--grow'),
    maxMib: number(command, '--maxsize'),
    type: text(command, '--fstype'),
    label: text(command, '--label'),
    mountOptions: text(command, '--fsoptions'),
    mkfsOptions: text(command, '--mkfsoptions'),
    encryption: encryptionOf(command),
    place: command.place,
  };
}

function membersOf({ arguments: { operands } }: RecipeCommand): readonly string[] {
  return operands.slice(1).map((word) => word.text);
}

function number(command: RecipeCommand, option: string): number | undefined {
  return integerOf(text(command, option) ?? '');
}

function levelOf(level: string | undefined): string | undefined {
  return level === undefined || !/^\d+$/.test(level) ? level?.toLowerCase() : `raid${level}`;
}
