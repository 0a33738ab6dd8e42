// What a boot environment is made of, as data: programs by package, and kernel modules. Everything else follows from these.
// The initramfs holds what every boot needs to find its head, to know its disks and to lay an image down; what some plans need
// besides is in parts, archives of the same kind that a node fetches under the hashes of its plan.

/** One archive. The libraries of its programs and the modules that its modules depend on come by themselves. */
export interface Contents {
  /** Debian package to the programs taken out of it. */
  readonly programs: Readonly<Record<string, readonly string[]>>;
  /** Other names of those programs. */
  readonly links?: Readonly<Record<string, string>>;
  /** Files of packages that a program reads. */
  readonly files?: Readonly<Record<string, readonly string[]>>;
  /** Kernel modules. What the kernel has built in is passed over. */
  readonly modules?: readonly string[];
}

/** The package whose dependency names the current kernel. */
export const KERNEL_PACKAGE = 'linux-image-amd64';

// biome-ignore format: one group after the other
const networkCards = [
  // Of virtual machines, then those of servers and of machines under a desk.
  'virtio_net', 'vmxnet3',
  'e1000', 'e1000e', 'igb', 'igc', 'ixgbe', 'i40e', 'ice', 'mlx4_en', 'mlx5_core', 'bnxt_en', 'tg3', 'r8169',
];

// biome-ignore format: one group after the other
const diskControllers = [
  'virtio_pci', 'virtio_blk', 'virtio_scsi', 'nvme', 'ahci', 'ata_piix', 'sd_mod', 'megaraid_sas', 'mpt3sas', 'hpsa', 'smartpqi',
];

export const INITRAMFS: Contents = {
  programs: {
    'busybox-static': ['busybox'],
    dosfstools: ['mkfs.fat'],
    e2fsprogs: ['mke2fs'],
    fdisk: ['sfdisk'],
    'kexec-tools': ['kexec'],
    openssl: ['openssl'],
    tar: ['tar'],
    udpcast: ['udp-receiver'],
    'util-linux': ['blkid', 'mkswap', 'wipefs'],
    zstd: ['zstd'],
  },
  links: {
    'bin/mkfs.ext2': 'mke2fs',
    'bin/mkfs.ext3': 'mke2fs',
    'bin/mkfs.ext4': 'mke2fs',
    'bin/mkfs.vfat': 'mkfs.fat',
  },
  files: { e2fsprogs: ['etc/mke2fs.conf'] },
  // biome-ignore format: one group after the other
  modules: [
    ...networkCards, 'af_packet', 'virtio-rng',
    ...diskControllers,
    'ext4', 'crc32c_generic', 'crc32c-intel', 'vfat', 'nls_cp437', 'nls_ascii', 'nls_iso8859-1', 'efivarfs',
  ],
};

/** For plans with xfs, btrfs, LVM, arrays or LUKS. */
export const STORAGE_PART = 'storage.cpio.zst';
/** For `clone rescue`: sshd, and what people look for; with the tools of storage. */
export const RESCUE_PART = 'rescue.cpio.zst';
/** For plans with a torrent: aria2 and its libraries, which are larger than all the rest. */
export const TORRENT_PART = 'aria2.cpio.zst';

export const PARTS: Readonly<Record<string, Contents>> = {
  [STORAGE_PART]: {
    programs: {
      'btrfs-progs': ['btrfs', 'mkfs.btrfs'],
      'cryptsetup-bin': ['cryptsetup'],
      'libgcc-s1': [],
      lvm2: ['lvm'],
      mdadm: ['mdadm'],
      xfsprogs: ['mkfs.xfs'],
    },
    links: { 'bin/lvs': 'lvm', 'bin/pvs': 'lvm', 'bin/vgs': 'lvm', 'bin/vgchange': 'lvm' },
    // glibc loads it when a thread ends: cryptsetup makes keys with threads.
    files: { 'libgcc-s1': ['lib/x86_64-linux-gnu/libgcc_s.so.1'] },
    // biome-ignore format: one group after the other
    modules: [
      'xfs', 'btrfs',
      'md-mod', 'raid0', 'raid1', 'raid10', 'raid456', 'linear',
      'dm-mod', 'dm-thin-pool', 'dm-snapshot',
      'dm-crypt', 'xts', 'cbc', 'aes_generic', 'aesni-intel', 'algif_skcipher', 'algif_hash',
    ],
  },
  [RESCUE_PART]: {
    programs: {
      'dropbear-bin': ['dropbear', 'dropbearconvert'],
      e2fsprogs: ['e2fsck', 'tune2fs'],
      'util-linux': ['lsblk'],
    },
  },
  [TORRENT_PART]: { programs: { aria2: ['aria2c'] } },
};
