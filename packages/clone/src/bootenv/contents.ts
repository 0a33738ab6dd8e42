// What a boot environment is made of, as data: programs by package, and kernel modules. Everything else follows from these.

/** Debian package to the programs taken out of it. */
export const PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  'busybox-static': ['busybox'],
  'btrfs-progs': ['btrfs', 'mkfs.btrfs'],
  'cryptsetup-bin': ['cryptsetup'],
  dosfstools: ['mkfs.fat'],
  'dropbear-bin': ['dropbear', 'dropbearconvert'],
  e2fsprogs: ['mke2fs', 'e2fsck', 'tune2fs'],
  fdisk: ['sfdisk'],
  'kexec-tools': ['kexec'],
  'libgcc-s1': [],
  lvm2: ['lvm'],
  mdadm: ['mdadm'],
  openssl: ['openssl'],
  tar: ['tar'],
  udpcast: ['udp-receiver'],
  'util-linux': ['blkid', 'lsblk', 'mkswap', 'wipefs'],
  xfsprogs: ['mkfs.xfs'],
  zstd: ['zstd'],
};

/** Other names of those programs. */
export const LINKS: Readonly<Record<string, string>> = {
  'bin/mkfs.ext2': 'mke2fs',
  'bin/mkfs.ext3': 'mke2fs',
  'bin/mkfs.ext4': 'mke2fs',
  'bin/mkfs.vfat': 'mkfs.fat',
  // For who stands in rescue.
  'bin/lvs': 'lvm',
  'bin/pvs': 'lvm',
  'bin/vgs': 'lvm',
  'bin/vgchange': 'lvm',
};

/** Files of packages that a program reads. */
export const PACKAGED_FILES: Readonly<Record<string, readonly string[]>> = {
  e2fsprogs: ['etc/mke2fs.conf'],
  // glibc loads it when a thread ends: cryptsetup makes keys with threads.
  'libgcc-s1': ['lib/x86_64-linux-gnu/libgcc_s.so.1'],
};

/** The package whose dependency names the current kernel. */
export const KERNEL_PACKAGE = 'linux-image-amd64';

/** Kernel modules; those they depend on come by themselves. What the kernel has built in is passed over. */
export const MODULES: readonly string[] = [
  // Networks: virtual machines, then the cards of servers and of machines under a desk.
  'virtio_net',
  'vmxnet3',
  'e1000',
  'e1000e',
  'igb',
  'igc',
  'ixgbe',
  'i40e',
  'ice',
  'mlx4_en',
  'mlx5_core',
  'bnxt_en',
  'tg3',
  'r8169',
  'af_packet',
  // Disks.
  'virtio_pci',
  'virtio_blk',
  'virtio_scsi',
  'nvme',
  'ahci',
  'ata_piix',
  'sd_mod',
  'megaraid_sas',
  'mpt3sas',
  'hpsa',
  'smartpqi',
  // File systems and what lies below them.
  'ext4',
  'vfat',
  'nls_cp437',
  'nls_ascii',
  'nls_iso8859-1',
  'xfs',
  'btrfs',
  'efivarfs',
  'crc32c_generic',
  'crc32c-intel',
  'md-mod',
  'raid0',
  'raid1',
  'raid10',
  'raid456',
  'linear',
  'dm-mod',
  'dm-thin-pool',
  // For who stands in rescue.
  'dm-snapshot',
  'dm-crypt',
  'xts',
  'cbc',
  'aes_generic',
  'aesni-intel',
  'algif_skcipher',
  'algif_hash',
  'virtio-rng',
]; // prettier-ignore
