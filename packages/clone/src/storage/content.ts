// What a request is to hold, and how much of a device is left for it under encryption.
import type { SizeRequest } from './requests.ts';
import type { Content, Encryption } from './storage-plan.ts';

export const MIB = 1024 ** 2;

/** `members` says which group, array or btrfs volume a name like `pv.1` belongs to. */
export function contentOf(request: SizeRequest, members: ReadonlyMap<string, Content>): Content {
  const { name, label } = request;
  const member = members.get(name);
  if (member !== undefined) return member;
  if (name === 'swap') return { kind: 'swap', label };
  if (name === 'biosboot') return { kind: 'bios-boot' };
  const efi = name === '/boot/efi' || request.type === 'efi';
  return {
    kind: 'filesystem',
    type: efi ? 'vfat' : (request.type ?? 'ext4'),
    mountPoint: name,
    label,
    mountOptions: request.mountOptions,
    mkfsOptions: request.mkfsOptions,
  };
}

/** A LUKS 2 header takes 16 MiB, a LUKS 1 header 2 MiB (cryptsetup(8)). */
export function insideBytes(sizeBytes: number, encryption: Encryption | undefined): number {
  if (encryption === undefined) return sizeBytes;
  return sizeBytes - (encryption.version.startsWith('luks1') ? 2 : 16) * MIB;
}

/** `1.5 GiB`, `300 MiB`. */
export function sizeText(bytes: number): string {
  return Math.abs(bytes) >= 1024 * MIB
    ? `${(bytes / (1024 * MIB)).toFixed(1)} GiB`
    : `${Math.ceil(bytes / MIB)} MiB`;
}
