// What becomes of the disks of a node, as plain data: every size in bytes, every name resolved.

/** What a partition or volume holds. */
export type Content =
  | {
      readonly kind: 'filesystem';
      /** As mkfs knows it: ext4, xfs, vfat. */
      readonly type: string;
      readonly mountPoint: string;
      readonly label: string | undefined;
      readonly mountOptions: string | undefined;
      readonly mkfsOptions: string | undefined;
    }
  | { readonly kind: 'swap'; readonly label: string | undefined }
  /** GRUB's core image on a GPT disk of a BIOS machine. */
  | { readonly kind: 'bios-boot' }
  /** A part of a volume group, a RAID or a btrfs volume. */
  | { readonly kind: 'member'; readonly of: 'group' | 'array' | 'btrfs'; readonly name: string };

/** A LUKS container around what is held. */
export interface Encryption {
  readonly version: string;
  readonly cipher: string | undefined;
  readonly passphrase: string | undefined;
}

export interface PlannedPartition {
  /** Counted from 1 on each disk. */
  readonly number: number;
  /** As the recipe calls it: `/boot`, `pv.1`, `swap`. */
  readonly name: string;
  readonly startBytes: number;
  readonly sizeBytes: number;
  readonly encryption: Encryption | undefined;
  readonly content: Content;
}

export interface PlannedDisk {
  readonly name: string;
  /** Of the disk that was meant; a disk with another one must not be written. */
  readonly serial: string | undefined;
  readonly sizeBytes: number;
  readonly table: 'gpt';
  /** What is lost. */
  readonly erases: string;
  readonly partitions: readonly PlannedPartition[];
}

export interface PlannedArray {
  readonly device: string;
  readonly level: string;
  /** Names of partitions, spares last. */
  readonly members: readonly string[];
  readonly spares: number;
  /** A safe lower bound: mdadm decides the last megabytes. */
  readonly sizeBytes: number;
  readonly chunkKib: number | undefined;
  readonly encryption: Encryption | undefined;
  readonly content: Content;
}

export interface PlannedVolume {
  readonly name: string;
  readonly sizeBytes: number;
  readonly role:
    | { readonly kind: 'linear' }
    | {
        readonly kind: 'thin-pool';
        readonly metadataBytes: number | undefined;
        readonly chunkKib: number | undefined;
      }
    | { readonly kind: 'thin'; readonly pool: string };
  readonly encryption: Encryption | undefined;
  /** `undefined` for a thin pool. */
  readonly content: Content | undefined;
}

export interface PlannedGroup {
  readonly name: string;
  readonly members: readonly string[];
  readonly extentBytes: number;
  readonly sizeBytes: number;
  readonly volumes: readonly PlannedVolume[];
}

export interface PlannedBtrfs {
  readonly name: string;
  readonly label: string | undefined;
  readonly members: readonly string[];
  readonly data: string | undefined;
  readonly metadata: string | undefined;
  /** `undefined` when only subvolumes are mounted. */
  readonly mountPoint: string | undefined;
  readonly subvolumes: readonly { readonly name: string; readonly mountPoint: string }[];
}

export interface PlannedTmpfs {
  readonly mountPoint: string;
  readonly sizeMib: number | undefined;
  readonly mountOptions: string | undefined;
}

/** The whole plan. Made in this order: disks, arrays, groups, btrfs volumes; the boot loader comes last of all. */
export interface StoragePlan {
  readonly disks: readonly PlannedDisk[];
  readonly arrays: readonly PlannedArray[];
  readonly groups: readonly PlannedGroup[];
  readonly btrfs: readonly PlannedBtrfs[];
  /** Mounted in memory; nothing is written. */
  readonly tmpfs: readonly PlannedTmpfs[];
  readonly boot: {
    readonly firmware: 'bios' | 'uefi';
    /** `undefined` when the recipe wants no boot loader. */
    readonly disk: string | undefined;
    readonly kernelArguments: string;
    readonly timeoutSeconds: number | undefined;
  };
}
