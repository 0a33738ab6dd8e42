// The disks of a golden node as lines of a recipe: plain partitions and LVM. What cannot be said so is `undefined`: then a
// deployment without a recipe takes the whole disk.
import type { BlockDevice, MachineFacts } from './machine-facts.ts';

const fileSystems = new Set(['ext2', 'ext3', 'ext4', 'xfs', 'btrfs', 'vfat', 'swap']);
const mebibyte = 1024 * 1024;

export function storageRecipe({ root, disks }: MachineFacts): string | undefined {
  if (root !== '/') return undefined;
  const mounted = disks.filter(({ MOUNTPOINT = '' }) => MOUNTPOINT !== '');
  const parents = new Map(disks.map((device) => [device['KNAME'] ?? '', device]));
  const lines = mounted.map((device) => lineOf(device, parents.get(device['PKNAME'] ?? '')));
  if (lines.length === 0 || lines.includes(undefined)) return undefined;
  const wanted = lines.flatMap((line) => line ?? []);
  if (!wanted.some((line) => /^(part|logvol) \/ /.test(line))) return undefined;
  const groups = new Set(mounted.filter(isVolume).map((device) => groupOf(device)));
  if (groups.size > 1) return undefined;
  const group = [...groups].flatMap((name) => ['part pv.1 --size=1024 --grow', `volgroup ${name} pv.1`]);
  const grown = group.length > 0 ? wanted : growRoot(wanted);
  return `${['zerombr', 'clearpart --all --initlabel', 'reqpart', ...ordered(grown, group)].join('\n')}\n`;
}

/** `undefined` for what a recipe would not make again like this. An ESP comes with `reqpart`. */
function lineOf(device: BlockDevice, parent: BlockDevice | undefined): readonly string[] | undefined {
  const { TYPE = '', FSTYPE = '', MOUNTPOINT = '', LABEL = '', SIZE = '0' } = device;
  if (MOUNTPOINT === '/boot/efi' || MOUNTPOINT === '/efi') return [];
  if (TYPE === 'rom' || TYPE === 'loop') return [];
  if (!fileSystems.has(FSTYPE)) return undefined;
  const size = `--size=${Math.max(1, Math.floor(Number(SIZE) / mebibyte))}`;
  const label = LABEL === '' || !/^[\w.-]+$/.test(LABEL) ? '' : ` --label=${LABEL}`;
  const what = FSTYPE === 'swap' ? 'swap --fstype=swap' : `${MOUNTPOINT} --fstype=${FSTYPE}${label}`;
  if (isVolume(device))
    return [`logvol ${what} ${size} --vgname=${groupOf(device)} --name=${volumeOf(device)}`];
  return TYPE === 'part' && parent?.['TYPE'] === 'disk' ? [`part ${what} ${size}`] : undefined;
}

function isVolume({ TYPE }: BlockDevice): boolean {
  return TYPE === 'lvm';
}

/** Device mapper joins group and volume by `-`, and doubles that of their own. */
function groupOf({ NAME = '' }: BlockDevice): string {
  return (/^((?:[^-]|--)+)-(?!-)/.exec(NAME)?.[1] ?? NAME).replaceAll('--', '-');
}

function volumeOf({ NAME = '' }: BlockDevice): string {
  return (/^(?:[^-]|--)+-(?!-)(.*)$/.exec(NAME)?.[1] ?? NAME).replaceAll('--', '-');
}

/** Disks of new nodes may be larger: the root takes what is left. */
function growRoot(lines: readonly string[]): readonly string[] {
  return lines.map((line) => (line.startsWith('part / ') ? `${line} --grow` : line));
}

function ordered(lines: readonly string[], group: readonly string[]): readonly string[] {
  const parts = lines.filter((line) => line.startsWith('part'));
  return [...parts, ...group, ...lines.filter((line) => line.startsWith('logvol'))];
}
