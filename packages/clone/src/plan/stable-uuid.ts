// UUIDs that follow from a plan: the same plan makes the same names of file systems, another plan makes others.
import { createHash } from 'node:crypto';

/** Version 8 (RFC 9562): made by a rule of ours. */
export function stableUuid(seed: string, name: string): string {
  const bytes = createHash('sha256').update(`${seed}\n${name}`).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** The serial number of a FAT file system: `1A2B-3C4D`. */
export function stableVolumeId(seed: string, name: string): string {
  const hex = stableUuid(seed, name).replaceAll('-', '').slice(0, 8).toUpperCase();
  return `${hex.slice(0, 4)}-${hex.slice(4)}`;
}
