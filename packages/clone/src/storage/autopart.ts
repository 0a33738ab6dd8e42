// The default layout, as anaconda makes it: what the firmware needs, /boot, swap, / and, on large disks, /home.
import type { RecipeCommand } from '../recipe/recipe.ts';
import { has, text } from '../recipe/settings.ts';
import {
  encryptionOf,
  type GroupRequest,
  type Machine,
  type PartitionRequest,
  type Requests,
  recommendedSwapMib,
  required,
  type SizeRequest,
  unsized,
  type VolumeRequest,
} from './requests.ts';

/** / grows up to this where there is a /home; without one it takes all. */
const largestRootMib = 70 * 1024;
/** Smaller disks get no /home. */
const homeFromMib = 50 * 1024;

/** The requests of `autopart` on a machine. */
export function autopartRequests(command: RecipeCommand, machine: Machine): Requests {
  const scheme = has(command, '--nolvm') ? 'plain' : (text(command, '--type') ?? 'lvm').toLowerCase();
  const { place } = command;
  const encryption = encryptionOf(command);
  const type = text(command, '--fstype');
  const swap = !has(command, '--noswap');
  const home = !has(command, '--nohome') && machine.diskBytes >= homeFromMib * 1024 ** 2;
  const fixed = required(command, machine, !has(command, '--noboot'));
  const base = unsized(place);
  const root: SizeRequest = {
    ...base,
    name: '/',
    sizeMib: 1024,
    grow: true,
    maxMib: home ? largestRootMib : undefined,
    type,
  };
  const homeSize: SizeRequest = { ...base, name: '/home', sizeMib: 500, grow: true, type };
  const swapSize: SizeRequest = {
    ...base,
    name: 'swap',
    sizeMib: recommendedSwapMib(machine.memoryBytes, has(command, '--hibernation')),
  };
  const partition = (request: SizeRequest): PartitionRequest => ({ ...request, encryption, disk: undefined });
  const none = { arrays: [], groups: [], volumes: [], btrfs: [], tmpfs: [] };
  const physical = (name: string): PartitionRequest =>
    partition({ ...base, name, sizeMib: 1024, grow: true });

  if (scheme === 'plain' || scheme === 'partition')
    return {
      ...none,
      partitions: [
        ...fixed,
        ...(swap ? [partition(swapSize)] : []),
        partition(root),
        ...(home ? [partition(homeSize)] : []),
      ],
    };
  if (scheme === 'btrfs')
    return {
      ...none,
      partitions: [...fixed, ...(swap ? [partition(swapSize)] : []), physical('btrfs.1')],
      btrfs: [
        {
          mountPoint: 'none',
          members: ['btrfs.1'],
          label: 'system',
          data: undefined,
          metadata: undefined,
          subvolume: undefined,
          place,
        },
        ...['/', ...(home ? ['/home'] : [])].map((mountPoint) => ({
          mountPoint,
          members: ['LABEL=system'],
          label: undefined,
          data: undefined,
          metadata: undefined,
          subvolume: mountPoint === '/' ? 'root' : 'home',
          place,
        })),
      ],
    };
  const group: GroupRequest = {
    name: 'system',
    members: ['pv.1'],
    extentKib: 4096,
    reservedMib: 0,
    reservedPercent: 0,
    place,
  };
  const volume = (request: SizeRequest, name: string): VolumeRequest => ({
    ...request,
    volume: name,
    group: group.name,
    thinPool: false,
    pool: undefined,
    metadataMib: undefined,
    chunkKib: undefined,
  });
  const thin = scheme === 'thinp';
  const inPool = (request: VolumeRequest): VolumeRequest => (thin ? { ...request, pool: 'pool00' } : request);
  return {
    ...none,
    partitions: [...fixed, physical('pv.1')],
    groups: [group],
    volumes: [
      ...(swap ? [volume(swapSize, 'swap')] : []),
      ...(thin
        ? [{ ...volume({ ...base, name: 'none', sizeMib: 1524, grow: true }, 'pool00'), thinPool: true }]
        : []),
      inPool(volume(root, 'root')),
      ...(home ? [inPool(volume(homeSize, 'home'))] : []),
    ],
  };
}
