import { describe, expect, it } from 'vitest';
import { mountedFolders, readFacts } from './machine-facts.ts';
import { storageRecipe } from './storage-recipe.ts';

const mounts = [
  '22 1 252:2 / / rw,relatime shared:1 - ext4 /dev/vda2 rw',
  '23 22 0:20 / /proc rw - proc proc rw',
  '24 22 252:1 / /boot/efi rw - vfat /dev/vda1 rw',
  '25 22 252:3 / /srv/with\\040blank rw - xfs /dev/vda3 rw',
  '26 22 252:2 /var/chroot /mnt rw - ext4 /dev/vda2 rw',
  '27 22 0:50 / /home rw - nfs4 server:/home rw',
  '28 22 7:0 / /snap rw - squashfs /dev/loop0 ro',
];
const text = (disks: readonly string[]): string =>
  [
    '\n@@ root\n/',
    '@@ machine\nx86_64',
    '@@ kernel\n6.1.0-40-amd64',
    '@@ release\nNAME="Debian"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"',
    '@@ firmware\nuefi',
    `@@ mounts\n${mounts.join('\n')}`,
    `@@ disks\n${disks.join('\n')}`,
    '@@ dpkg\nvim 2:9.0 amd64\nbash 5.2 amd64',
    '@@ debconf\nName: postfix/main_mailer_type\nValue: Local only\nFlags: seen\n\nName: a/password\nValue: x\nFlags: seen\n\nName: unseen\nValue: y\n',
    '@@ end\n',
  ].join('\n');

describe('the facts of a machine', () => {
  it('are read section by section', () => {
    const facts = readFacts(text([]));
    expect(facts).toMatchObject({
      machine: 'x86_64',
      firmware: 'uefi',
      packages: ['bash 5.2 amd64', 'vim 2:9.0 amd64'],
    });
    expect(facts.release['PRETTY_NAME']).toBe('Debian GNU/Linux 12 (bookworm)');
  });

  it('hold answers that a person gave, but no passwords', () => {
    expect(readFacts(text([])).answers).toEqual(['postfix/main_mailer_type Local only']);
  });

  it('tell which file systems are of its disks', () => {
    expect(mountedFolders(readFacts(text([])))).toEqual(['', 'boot/efi', 'srv/with blank']);
  });
});

describe('the storage of a machine', () => {
  const recipe = (...disks: readonly string[]): string | undefined => storageRecipe(readFacts(text(disks)));
  const whole =
    'NAME="vda" KNAME="vda" PKNAME="" TYPE="disk" FSTYPE="" LABEL="" SIZE="10737418240" MOUNTPOINT=""';
  const part = (kname: string, type: string, mib: number, mountpoint: string): string =>
    `NAME="${kname}" KNAME="${kname}" PKNAME="vda" TYPE="part" FSTYPE="${type}" LABEL="" SIZE="${mib * 1024 * 1024}" MOUNTPOINT="${mountpoint}"`;

  it('becomes lines of a recipe in which the root grows', () => {
    expect(
      recipe(
        whole,
        part('vda1', 'vfat', 512, '/boot/efi'),
        part('vda2', 'ext4', 4096, '/'),
        part('vda3', 'swap', 1024, '[SWAP]'),
      ),
    ).toBe(
      'zerombr\nclearpart --all --initlabel\nreqpart\npart / --fstype=ext4 --size=4096 --grow\npart swap --fstype=swap --size=1024\n',
    );
  });

  it('becomes a volume group where it is one', () => {
    const volume = (name: string, mib: number, mountpoint: string): string =>
      `NAME="vg--0-${name}" KNAME="dm-0" PKNAME="vda2" TYPE="lvm" FSTYPE="xfs" LABEL="" SIZE="${mib * 1024 * 1024}" MOUNTPOINT="${mountpoint}"`;
    expect(
      recipe(
        whole,
        part('vda1', 'ext4', 512, '/boot'),
        volume('root', 4096, '/'),
        volume('var', 2048, '/var'),
      ),
    ).toContain(
      'volgroup vg-0 pv.1\nlogvol / --fstype=xfs --size=4096 --vgname=vg-0 --name=root\nlogvol /var',
    );
  });

  it('is left to a recipe where it is something else', () => {
    expect(recipe(whole, part('vda2', 'zfs_member', 4096, '/'))).toBeUndefined();
    expect(recipe()).toBeUndefined();
  });
});
