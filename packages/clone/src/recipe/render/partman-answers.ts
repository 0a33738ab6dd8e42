// Disks for the Debian installer: an expert recipe of partman-auto (doc/devel/partman-auto-recipe.txt of debian-installer).
import type { Finding } from '../finding.ts';
import { finding } from '../finding.ts';
import type { Recipe, RecipeCommand } from '../recipe.ts';
import { has, text } from '../settings.ts';
import { devicePath } from './device-path.ts';

type Answer = readonly [question: string, type: 'string' | 'boolean' | 'select', value: string];

/** The answers about disks. What partman has no word for is left out, by line. */
export function partmanAnswers({ commands }: Recipe): {
  readonly answers: readonly Answer[];
  readonly findings: readonly Finding[];
} {
  const all = (name: string): readonly RecipeCommand[] => commands.filter((command) => command.name === name);
  const findings: Finding[] = [];
  const autopart = all('autopart').at(-1);
  const volumes = [...all('part'), ...all('logvol')];
  if (autopart === undefined && volumes.length === 0) return { answers: [], findings };
  const lvm =
    autopart === undefined
      ? all('logvol').length > 0
      : !has(autopart, '--nolvm') && (text(autopart, '--type') ?? 'lvm') !== 'plain';
  const disk = diskOf(commands);
  const [group] = all('volgroup');
  const answers: Answer[] = [
    ...(disk === undefined ? [] : [['partman-auto/disk', 'string', disk] as const]),
    ['partman-auto/method', 'string', lvm ? 'lvm' : 'regular'],
    ['partman-lvm/device_remove_lvm', 'boolean', 'true'],
    ['partman-md/device_remove_md', 'boolean', 'true'],
    ['partman-lvm/confirm', 'boolean', 'true'],
    ['partman-lvm/confirm_nooverwrite', 'boolean', 'true'],
    ...(lvm ? [['partman-auto-lvm/guided_size', 'string', 'max'] as const] : []),
    ...(group === undefined
      ? []
      : [['partman-auto-lvm/new_vg_name', 'string', group.arguments.operands[0]?.text ?? ''] as const]),
    ...(autopart === undefined
      ? [['partman-auto/expert_recipe', 'string', expertRecipe(volumes, findings)] as const]
      : [['partman-auto/choose_recipe', 'select', 'atomic'] as const]),
    ['partman-partitioning/confirm_write_new_label', 'boolean', 'true'],
    ['partman/choose_partition', 'select', 'finish'],
    ['partman/confirm', 'boolean', 'true'],
    ['partman/confirm_nooverwrite', 'boolean', 'true'],
  ];
  return { answers, findings };
}

function diskOf(commands: readonly RecipeCommand[]): string | undefined {
  const named = commands.flatMap((command) => {
    if (command.name === 'part') return text(command, '--ondisk') ?? [];
    if (command.name === 'ignoredisk') return text(command, '--only-use') ?? [];
    return [];
  });
  const [first] = new Set(named.flatMap((names) => names.split(',')));
  return first === undefined || first === '' ? undefined : devicePath(first);
}

/** The size of what grows without bound: the largest partman takes. */
const unbounded = 1_000_000_000;

/** `minimum priority maximum type` and the settings of each partition; sizes in MB, as in kickstart (which counts MiB). */
function expertRecipe(volumes: readonly RecipeCommand[], findings: Finding[]): string {
  const entries = volumes.flatMap((command) => {
    const mountPoint = command.arguments.operands[0]?.text ?? '';
    if (
      mountPoint.startsWith('raid.') ||
      mountPoint.startsWith('btrfs.') ||
      has(command, '--encrypted') ||
      has(command, '--percent')
    ) {
      findings.push(
        finding(
          command.place,
          'warning',
          'not-rendered',
          `'${mountPoint}': partman recipes have no RAID, btrfs volume, encryption or percentage`,
        ),
      );
      return [];
    }
    const size = Number(text(command, '--size') ?? (has(command, '--recommended') ? 1024 : 1));
    const grown = Number(text(command, '--maxsize') ?? unbounded);
    const maximum = has(command, '--grow') || mountPoint.startsWith('pv.') ? grown : size;
    return [`${size} ${maximum} ${maximum} ${kindOf(command, mountPoint)} .`];
  });
  return ['heorot ::', '1 1 1 free $iflabel{ gpt } method{ biosgrub } .', ...entries].join(' ');
}

function kindOf(command: RecipeCommand, mountPoint: string): string {
  const onVolume = command.name === 'logvol' ? `$lvmok{ } lv_name{ ${text(command, '--name') ?? ''} } ` : '';
  if (mountPoint.startsWith('pv.')) return 'ext4 $primary{ } $defaultignore{ } method{ lvm }';
  if (mountPoint === 'swap') return `linux-swap ${onVolume}method{ swap } format{ }`;
  if (mountPoint === 'biosboot') return 'free method{ biosgrub }';
  const type = text(command, '--fstype') ?? 'ext4';
  if (mountPoint === '/boot/efi' || type === 'efi') return 'free $iflabel{ gpt } method{ efi } format{ }';
  return `${type} ${onVolume}method{ format } format{ } use_filesystem{ } filesystem{ ${type} } mountpoint{ ${mountPoint} }`;
}
