// Disks for Ubuntu's installer: a layout by name, or the actions of curtin (curtin's documentation, "Storage").
import type { Finding } from '../finding.ts';
import { finding } from '../finding.ts';
import type { Recipe, RecipeCommand } from '../recipe.ts';
import { has, text } from '../settings.ts';
import { devicePath } from './device-path.ts';
import type { Yaml } from './yaml-block.ts';

/** The `storage` of an autoinstall; `undefined` where the recipe says nothing of disks. */
export function curtinStorage({ commands }: Recipe): {
  readonly storage: Yaml | undefined;
  readonly findings: readonly Finding[];
} {
  const all = (name: string): readonly RecipeCommand[] => commands.filter((command) => command.name === name);
  const autopart = all('autopart').at(-1);
  if (autopart !== undefined) {
    const plain =
      has(autopart, '--nolvm') || /^(plain|partition|btrfs)$/i.test(text(autopart, '--type') ?? 'lvm');
    return {
      storage: { layout: { name: plain ? 'direct' : 'lvm', match: match(diskNamed(commands)) } },
      findings: [],
    };
  }
  const parts = all('part');
  if (parts.length === 0) return { storage: undefined, findings: [] };
  const findings: Finding[] = [];
  const disks = new Map<string, string>();
  const actions: Yaml[] = [];
  const devices = new Map<string, string>();
  for (const part of parts) {
    const name = text(part, '--ondisk') ?? diskNamed(commands) ?? '';
    if (!disks.has(name)) {
      disks.set(name, `disk${disks.size}`);
      actions.push(
        {
          type: 'disk',
          id: disks.get(name) ?? '',
          ptable: 'gpt',
          wipe: 'superblock-recursive',
          grub_device: disks.size === 1,
          match: match(name) ?? { size: 'largest' },
        },
        {
          type: 'partition',
          id: `${disks.get(name) ?? ''}-bios`,
          device: disks.get(name) ?? '',
          size: '1M',
          flag: 'bios_grub',
        },
      );
    }
    const mountPoint = part.arguments.operands[0]?.text ?? '';
    if (mountPoint === 'biosboot') continue;
    if (mountPoint.startsWith('raid.') || mountPoint.startsWith('btrfs.') || has(part, '--encrypted')) {
      findings.push(
        finding(
          part.place,
          'warning',
          'not-rendered',
          `'${mountPoint}': RAID, btrfs volumes and encryption are not rendered for autoinstall`,
        ),
      );
      continue;
    }
    const id = `part-${actions.length}`;
    const efi = mountPoint === '/boot/efi';
    actions.push({
      type: 'partition',
      id,
      device: disks.get(name) ?? '',
      size: sizeOf(part),
      flag: efi ? 'boot' : undefined,
      grub_device: efi ? true : undefined,
    });
    devices.set(mountPoint, id);
    if (!mountPoint.startsWith('pv.')) actions.push(...formatted(part, mountPoint, id));
  }
  for (const group of all('volgroup')) {
    const [name, ...members] = group.arguments.operands.map((word) => word.text);
    actions.push({
      type: 'lvm_volgroup',
      id: `vg-${name ?? ''}`,
      name: name ?? '',
      devices: members.flatMap((member) => devices.get(member) ?? []),
    });
  }
  for (const volume of all('logvol')) {
    const mountPoint = volume.arguments.operands[0]?.text ?? '';
    const name = text(volume, '--name') ?? '';
    if (has(volume, '--thinpool') || has(volume, '--thin') || has(volume, '--encrypted')) {
      findings.push(
        finding(
          volume.place,
          'warning',
          'not-rendered',
          `'${name}': thin and encrypted volumes are not rendered for autoinstall`,
        ),
      );
      continue;
    }
    const id = `lv-${name}`;
    actions.push(
      {
        type: 'lvm_partition',
        id,
        volgroup: `vg-${text(volume, '--vgname') ?? ''}`,
        name,
        size: sizeOf(volume),
      },
      ...formatted(volume, mountPoint, id),
    );
  }
  return { storage: { config: actions }, findings };
}

function sizeOf(command: RecipeCommand): Yaml {
  const percent = text(command, '--percent');
  if (percent !== undefined) return `${percent}%`;
  return has(command, '--grow') ? -1 : `${text(command, '--size') ?? '1024'}M`;
}

function formatted(command: RecipeCommand, mountPoint: string, device: string): readonly Yaml[] {
  const type =
    mountPoint === '/boot/efi'
      ? 'fat32'
      : mountPoint === 'swap'
        ? 'swap'
        : (text(command, '--fstype') ?? 'ext4');
  const options = text(command, '--fsoptions');
  return [
    { type: 'format', id: `${device}-fs`, volume: device, fstype: type, label: text(command, '--label') },
    {
      type: 'mount',
      id: `${device}-mount`,
      device: `${device}-fs`,
      path: mountPoint === 'swap' ? '' : mountPoint,
      options,
    },
  ];
}

function diskNamed(commands: readonly RecipeCommand[]): string | undefined {
  const only = commands.findLast(({ name }) => name === 'ignoredisk');
  return text(only, '--only-use')?.split(',')[0];
}

function match(disk: string | undefined): Yaml | undefined {
  if (disk === undefined || disk === '') return undefined;
  return { path: devicePath(disk) };
}
