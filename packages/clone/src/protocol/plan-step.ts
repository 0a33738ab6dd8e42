// What a node is told to do, one line each, in the order it is done. The words of each line: README.md, "Plan".
import { createHash } from 'node:crypto';

/** The phases of a deployment, in order. */
export const phases = [
  'check',
  'partition',
  'format',
  'secrets',
  'image',
  'identity',
  'post',
  'bootloader',
  'flush',
] as const;

export type Phase = (typeof phases)[number];

/** How a node ends a plan that was done. */
export type Finish = 'reboot' | 'poweroff' | 'kexec';

export type PlanStep =
  | { readonly kind: 'phase'; readonly phase: Phase; readonly seconds: number }
  /** The only disk with this serial, size and table is called `name` from here on. */
  | {
      readonly kind: 'disk';
      readonly name: string;
      readonly serial: string;
      readonly sizeBytes: number;
      readonly table: string;
    }
  | { readonly kind: 'erase'; readonly disk: string }
  | { readonly kind: 'gpt'; readonly disk: string; readonly uuid: string }
  | {
      readonly kind: 'partition';
      readonly name: string;
      readonly disk: string;
      readonly number: number;
      readonly startBytes: number;
      readonly sizeBytes: number;
      /** A partition type GUID. */
      readonly type: string;
      readonly uuid: string;
      readonly label: string;
    }
  | {
      readonly kind: 'luks';
      readonly name: string;
      readonly device: string;
      readonly version: string;
      readonly cipher: string | undefined;
    }
  | {
      readonly kind: 'array';
      readonly name: string;
      readonly level: string;
      readonly chunkKib: number | undefined;
      readonly spares: number;
      readonly uuid: string;
      readonly members: readonly string[];
    }
  | {
      readonly kind: 'group';
      readonly name: string;
      readonly extentBytes: number;
      readonly members: readonly string[];
    }
  | {
      readonly kind: 'volume';
      readonly device: string;
      readonly group: string;
      readonly name: string;
      readonly sizeBytes: number;
    }
  | {
      readonly kind: 'thinpool';
      readonly device: string;
      readonly group: string;
      readonly name: string;
      readonly sizeBytes: number;
      readonly metadataBytes: number | undefined;
      readonly chunkKib: number | undefined;
    }
  | {
      readonly kind: 'thin';
      readonly device: string;
      readonly group: string;
      readonly name: string;
      readonly sizeBytes: number;
      readonly pool: string;
    }
  | {
      readonly kind: 'btrfs';
      readonly name: string;
      readonly uuid: string;
      readonly label: string;
      readonly data: string | undefined;
      readonly metadata: string | undefined;
      readonly members: readonly string[];
    }
  | { readonly kind: 'subvolume'; readonly device: string; readonly name: string }
  | {
      readonly kind: 'filesystem';
      readonly device: string;
      readonly type: string;
      readonly uuid: string;
      readonly label: string;
      readonly options: readonly string[];
    }
  | { readonly kind: 'swap'; readonly device: string; readonly uuid: string; readonly label: string }
  | { readonly kind: 'mount'; readonly device: string; readonly path: string; readonly options: string }
  | {
      readonly kind: 'fetch';
      readonly file: string;
      readonly path: string;
      readonly sha256: string;
      readonly sizeBytes: number;
    }
  /** A fetched part of the boot environment is laid over it. */
  | { readonly kind: 'tools'; readonly file: string }
  | { readonly kind: 'secrets' }
  | {
      readonly kind: 'image';
      readonly sha256: string;
      readonly sizeBytes: number;
      readonly mediaType: string;
      /** `http:/blobs/...` last. */
      readonly sources: readonly string[];
    }
  /** A fetched file, or `secrets`. */
  | { readonly kind: 'bundle'; readonly file: string }
  | { readonly kind: 'post'; readonly file: string }
  | {
      readonly kind: 'bootloader';
      readonly firmware: 'bios' | 'uefi';
      readonly disk: string;
      readonly partition: string;
      /** The device that holds `directory`. */
      readonly filesystem: string;
      readonly directory: string;
    }
  | { readonly kind: 'flush' }
  | { readonly kind: 'finish'; readonly how: Finish };

/** A file that the node gets from the head under a signed hash. */
export type FetchStep = Extract<PlanStep, { readonly kind: 'fetch' }>;

/** @param path on the head's HTTP service */
export function fetchStep(file: string, path: string, bytes: Uint8Array): FetchStep {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { kind: 'fetch', file, path, sha256, sizeBytes: bytes.byteLength };
}

/** The words of a step. */
export function wordsOf(step: PlanStep): readonly (string | number)[] {
  const { kind } = step;
  switch (kind) {
    case 'phase':
      return [kind, step.phase, step.seconds];
    case 'disk':
      return [kind, step.name, step.serial, step.sizeBytes, step.table];
    case 'erase':
      return [kind, step.disk];
    case 'gpt':
      return [kind, step.disk, step.uuid];
    case 'partition':
      return [
        kind,
        step.name,
        step.disk,
        step.number,
        step.startBytes,
        step.sizeBytes,
        step.type,
        step.uuid,
        step.label,
      ];
    case 'luks':
      return [kind, step.name, step.device, step.version, step.cipher ?? ''];
    case 'array':
      return [
        kind,
        step.name,
        step.name,
        step.level,
        step.chunkKib ?? '',
        step.spares,
        step.uuid,
        ...step.members,
      ];
    case 'group':
      return [kind, step.name, step.extentBytes, ...step.members];
    case 'volume':
      return [kind, step.device, step.group, step.name, step.sizeBytes];
    case 'thinpool':
      return [
        kind,
        step.device,
        step.group,
        step.name,
        step.sizeBytes,
        step.metadataBytes ?? '',
        step.chunkKib ?? '',
      ];
    case 'thin':
      return [kind, step.device, step.group, step.name, step.sizeBytes, step.pool];
    case 'btrfs':
      return [kind, step.name, step.uuid, step.label, step.data ?? '', step.metadata ?? '', ...step.members];
    case 'subvolume':
      return [kind, step.device, step.name];
    case 'filesystem':
      return [kind, step.device, step.type, step.uuid, step.label, ...step.options];
    case 'swap':
      return [kind, step.device, step.uuid, step.label];
    case 'mount':
      return [kind, step.device, step.path, step.options];
    case 'fetch':
      return [kind, step.file, step.path, step.sha256, step.sizeBytes];
    case 'image':
      return [kind, step.sha256, step.sizeBytes, step.mediaType, ...step.sources];
    case 'tools':
    case 'bundle':
    case 'post':
      return [kind, step.file];
    case 'bootloader':
      return [kind, step.firmware, step.disk, step.partition, step.filesystem, step.directory];
    case 'finish':
      return [kind, step.how];
    case 'secrets':
    case 'flush':
    default:
      return [kind];
  }
}
