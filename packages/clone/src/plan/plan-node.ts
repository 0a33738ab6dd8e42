// From what is known of a machine, an image and a recipe to the plan for one node, or to every reason against it.
import { createHash } from 'node:crypto';
import type { NodeRecord } from '@heorot/inventory';
import type { SeenMachine } from '../enrol/machine-store.ts';
import type { Identity } from '../identity/identity.ts';
import type { ClaimedDisk, MachineReport } from '../protocol/claim.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { describeDisk } from '../storage/disk.ts';
import { planStorage } from '../storage/plan-storage.ts';
import type { StoragePlan } from '../storage/storage-plan.ts';
import { anyTable } from './fresh-tables.ts';
import type { PlanResult } from './node-plan.ts';
import type { DeployableImage } from './planned-image.ts';

export interface PlanInput {
  readonly node: NodeRecord;
  readonly machine: SeenMachine | undefined;
  readonly image: DeployableImage;
  /** Variables filled in, checked, honoured by an image deployment. */
  readonly recipe: Recipe;
  readonly recipeText: string;
  readonly identity: Omit<Identity, 'hostName' | 'address' | 'network'>;
  /** `ipmi`, `redfish`, `command`, `kexec`, or `none`. */
  readonly power: string;
  /** Members of md, LVM, ZFS or multipath may be erased. */
  readonly eraseMembers: boolean;
  /** What the node itself has against it. */
  readonly against?: string | undefined;
}

const writtenByUs = 'what an earlier deployment has left';

/** Signatures of blkid(8) of devices that belong to something larger. */
const memberSignature =
  /linux_raid_member|LVM2_member|zfs_member|mpath_member|isw_raid_member|ddf_raid_member|bcache|drbd/;

/**
 * What a deployment would do to one node. Pure.
 * @example planNode({ node, machine: head.machines.machine(mac), image, recipe, recipeText, identity, power: 'ipmi', eraseMembers: false })
 */
export function planNode(input: PlanInput): PlanResult {
  const { node, machine, image, recipe } = input;
  const refused = (...reasons: readonly string[]): PlanResult => ({
    kind: 'refused',
    node: node.name,
    reasons,
  });
  if (node.mac === undefined) return refused('the inventory knows no MAC address: clone enrol');
  const report = machine?.report;
  if (report === undefined)
    return refused(
      'its disks are not known yet: clone boot discover, or power it on in the boot environment',
    );
  const storage = planStorage(recipe, report);
  if (storage.kind === 'impossible') return refused(...storage.findings.map(({ message }) => message));
  const disks = storage.plan.disks.map(({ name }) => report.disks.find((disk) => disk.name === name));
  const known = disks
    .filter((disk) => disk !== undefined)
    .map((disk) => (machine?.written === true ? { ...disk, contents: writtenByUs, table: anyTable } : disk));
  const reasons = [
    ...(input.against === undefined ? [] : [input.against]),
    ...known.flatMap((disk) => against(disk, report, input.eraseMembers)),
    ...roomFor(image, storage.plan),
    ...(image.kernel === undefined ? ['the image holds no kernel in /boot'] : []),
  ];
  if (reasons.length > 0) return refused(...reasons);
  return {
    kind: 'plan',
    plan: {
      node: node.name,
      mac: node.mac,
      disks: known,
      storage: storage.plan,
      image: {
        name: image.name,
        digest: image.digest,
        layer: image.layer,
        bytes: image.bytes,
        kernel: image.kernel,
        initrd: image.initrd,
      },
      identity: {
        ...input.identity,
        hostName: node.name,
        address: node.address,
        network: image.network,
      },
      recipe: createHash('sha256').update(input.recipeText).digest('hex'),
      power: input.power,
    },
  };
}

function against(disk: ClaimedDisk, report: MachineReport, eraseMembers: boolean): readonly string[] {
  const named = describeDisk(disk);
  const twins = report.disks.filter(
    ({ serial, sizeBytes, table }) =>
      serial === disk.serial &&
      sizeBytes === disk.sizeBytes &&
      (serial !== undefined || table === disk.table),
  );
  return [
    ...(disk.busy === undefined ? [] : [`${named} is ${disk.busy}`]),
    ...(twins.length > 1
      ? [`${named} cannot be told from ${twins.length - 1} other: two paths to one disk?`]
      : []),
    ...(memberSignature.test(disk.contents) && !eraseMembers
      ? [`${named} holds ${disk.contents}: say --erase-members if that may go`]
      : []),
  ];
}

/** A tree needs its bytes and the overhead of a file system; said here, not after the disk was erased. */
function roomFor(image: DeployableImage, { disks, arrays, groups, btrfs }: StoragePlan): readonly string[] {
  if (btrfs.length > 0) return [];
  const sizes = [
    ...disks.flatMap(({ partitions }) => partitions),
    ...arrays,
    ...groups.flatMap(({ volumes }) => volumes),
  ].flatMap(({ content, sizeBytes }) =>
    content?.kind === 'filesystem' && content.mountPoint !== '/boot/efi' ? [sizeBytes] : [],
  );
  const room = sizes.reduce((sum, size) => sum + size, 0) * 0.93;
  return room >= image.bytes
    ? []
    : [`the image unpacks to ${gib(image.bytes)}, the file systems hold ${gib(room)}: the disk is too small`];
}

function gib(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
