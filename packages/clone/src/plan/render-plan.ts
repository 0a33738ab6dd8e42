// A plan as a person reads it before consenting: per node the disk, what is lost, what will be there, the image, the identity.
// Nodes whose plans differ in nothing but names are shown once.
import { NodeSet } from '@heorot/inventory';
import { sizeText } from '../storage/content.ts';
import { describeDisk } from '../storage/disk.ts';
import type { Content, StoragePlan } from '../storage/storage-plan.ts';
import type { NodePlan, PlanResult } from './node-plan.ts';

export function renderPlan(results: readonly PlanResult[], digest: string | undefined): string {
  const plans = results.flatMap((each) => (each.kind === 'plan' ? [each.plan] : []));
  const refused = results.flatMap((each) => (each.kind === 'refused' ? [each] : []));
  const lines = [
    ...[...groupBy(plans, shape)].flatMap(([, same]) => describe(same)),
    ...[...groupBy(refused, ({ reasons }) => reasons.join('\n'))].flatMap(([, same]) => [
      `${fold(same.map(({ node }) => node))}: refused`,
      ...(same[0]?.reasons ?? []).map((reason) => `  ${reason}`),
    ]),
    ...(digest === undefined ? [] : ['', `plan ${digest}`]),
  ];
  return `${lines.join('\n')}\n`;
}

/** What is equal in plans that are shown together: all but names, serial numbers and what was on the disk byte by byte. */
function shape({ storage, image, recipe, power, disks, identity }: NodePlan): string {
  return JSON.stringify([
    storage.disks.map(({ name, sizeBytes, partitions, erases }) => [name, sizeBytes, partitions, erases]),
    storage.arrays,
    storage.groups,
    storage.btrfs,
    storage.boot,
    disks.map(({ contents }) => contents),
    image.digest,
    recipe,
    power,
    identity.authorizedKeys,
  ]);
}

function describe(plans: readonly NodePlan[]): readonly string[] {
  const [first] = plans;
  if (first === undefined) return [];
  const { storage, image, identity, power } = first;
  return [
    `${fold(plans.map(({ node }) => node))}: ${image.name} ${image.digest.slice(0, 19)}`,
    ...first.disks.flatMap((disk, at) => [
      `  disk ${plans.length === 1 ? describeDisk(disk) : `${disk.name} (${(disk.sizeBytes / 1e9).toFixed(1)} GB)`}`,
      `    - ${disk.contents === '' ? 'blank' : disk.contents}`,
      ...(storage.disks[at]?.partitions ?? []).map(
        ({ number, sizeBytes, content, encryption }) =>
          `    + ${number}  ${sizeText(sizeBytes)}  ${contentText(content)}${encryption === undefined ? '' : ', encrypted'}`,
      ),
    ]),
    ...volumes(storage).map((line) => `  + ${line}`),
    ...(plans.length === 1
      ? []
      : plans.map(
          ({ node, disks }) => `  ${node}: ${disks.map(({ serial }) => serial ?? 'no serial').join(', ')}`,
        )),
    `  identity: host name, ssh host key, machine-id; keys for ${identity.user}: ${identity.authorizedKeys.length}; network: ${identity.network}`,
    `  boots: ${storage.boot.firmware === 'uefi' ? 'UEFI' : 'BIOS'}, ${image.kernel ?? 'no kernel'}; power: ${power === 'none' ? 'by hand' : power}`,
  ];
}

function volumes({ arrays, groups, btrfs }: StoragePlan): readonly string[] {
  return [
    ...arrays.map(
      ({ device, level, sizeBytes, content }) =>
        `${device}  raid${level}  ${sizeText(sizeBytes)}  ${contentText(content)}`,
    ),
    ...groups.flatMap(({ name, volumes: all }) =>
      all.map(
        (volume) =>
          `${name}/${volume.name}  ${sizeText(volume.sizeBytes)}  ${volume.content === undefined ? 'thin pool' : contentText(volume.content)}`,
      ),
    ),
    ...btrfs.map(
      ({ name, mountPoint, subvolumes }) =>
        `btrfs ${name}  ${[mountPoint, ...subvolumes.map((each) => each.mountPoint)].filter((each) => each !== undefined).join(' ')}`,
    ),
  ];
}

function contentText(content: Content): string {
  switch (content.kind) {
    case 'filesystem':
      return `${content.type} ${content.mountPoint}`;
    case 'member':
      return `part of ${content.name}`;
    case 'swap':
    case 'bios-boot':
    default:
      return content.kind;
  }
}

function fold(nodes: readonly string[]): string {
  return NodeSet.from(nodes).toString();
}

function groupBy<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): ReadonlyMap<string, readonly Item[]> {
  return Map.groupBy(items, keyOf);
}
