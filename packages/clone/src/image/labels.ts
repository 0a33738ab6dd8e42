// What is recorded with an image beside its files: keys of the labels in its config.
export const labels = {
  /** The node, folder or archive it came from. */
  source: 'org.heorot.source',
  /** RFC 3339. */
  created: 'org.opencontainers.image.created',
  release: 'org.heorot.release',
  kernel: 'org.heorot.kernel',
  firmware: 'org.heorot.firmware',
  /** Lines of a recipe. */
  storage: 'org.heorot.storage',
  /** `DEVICE TYPE LABEL UUID SIZE MOUNTPOINT` a line, as it was. */
  fileSystems: 'org.heorot.file-systems',
  /** `NAME VERSION ARCHITECTURE` a line. */
  packages: 'org.heorot.packages',
  /** Answers given at installation: `QUESTION VALUE` a line. */
  answers: 'org.heorot.answers',
  /** How each file system was read: from a snapshot, frozen, or live; and what changed meanwhile. */
  consistency: 'org.heorot.consistency',
  /** Globs of --include. */
  included: 'org.heorot.included',
  /** Globs of --exclude. */
  excluded: 'org.heorot.excluded',
  /** Topmost paths that rules left out, a line each. */
  leftOut: 'org.heorot.left-out',
} as const;
