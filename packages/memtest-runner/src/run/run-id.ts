// Names of runs: by the time, so that they sort, and a little chance, so that two heads do not choose the same.
import { randomBytes } from 'node:crypto';

/** @example runId(new Date()) // '20261122-073141-k3f9' */
export function runId(at: Date): string {
  const stamp = at
    .toISOString()
    .replaceAll(/[-:]|\..*/g, '')
    .replace('T', '-');
  return `${stamp}-${randomBytes(4).readUInt32LE().toString(36).padStart(4, '0').slice(-4)}`;
}
