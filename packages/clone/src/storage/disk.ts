// A disk as a node reports it, and the choice of disks by the names a recipe uses.
import { matchesGlob } from 'node:path';

/** One disk of a machine. */
export interface Disk {
  /** The kernel's name, which may change from boot to boot: `sda`. */
  readonly name: string;
  /** Names that stay, without `/dev/`: `disk/by-id/...`, `disk/by-path/...`. */
  readonly links: readonly string[];
  readonly serial: string | undefined;
  readonly wwn: string | undefined;
  readonly sizeBytes: number;
  /** What is on it now, in a few words (`ntfs, 3 partitions`); empty for a blank disk. */
  readonly contents: string;
  /** Why it must not be touched (`mounted at /data`, `member of md0`); `undefined` when it is free. */
  readonly busy: string | undefined;
}

/**
 * The disks a name means: `sda`, `/dev/sda`, `disk/by-id/...`, a serial number as `serial=...`, a world wide name as
 * `wwn=...`; with `*` and `?` in any of them.
 */
export function disksNamed(spec: string, disks: readonly Disk[]): readonly Disk[] {
  const wanted = spec.replace(/^\/dev\//, '');
  return disks.filter(({ name, links, serial, wwn }) =>
    [
      name,
      ...links,
      ...(serial === undefined ? [] : [`serial=${serial}`]),
      ...(wwn === undefined ? [] : [`wwn=${wwn}`]),
    ].some((each) => each === wanted || matchesGlob(each, wanted)),
  );
}

/** `sda (serial S1, 1.0 TB)`: how a disk is told from others. */
export function describeDisk({ name, serial, sizeBytes }: Disk): string {
  return `${name} (${serial === undefined ? 'no serial' : `serial ${serial}`}, ${(sizeBytes / 1e9).toFixed(1)} GB)`;
}
