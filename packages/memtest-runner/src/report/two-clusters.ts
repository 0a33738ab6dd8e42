// A group of nodes that are made alike and yet come in two speeds: half of a delivery hides in its own median, and every node passes.
import { NodeSet } from '@heorot/inventory';
import type { GroupValues } from './group-values.ts';
import { gigabytes } from './svg/scale.ts';

/** What to look for: it is no node that is to blame. */
export const commonCause = 'look for what they have in common: rack, DIMM vendor, BIOS setting';

/** @example `two clusters of values: n[1-12] around 205.0 GB/s, the other 20 around 227.8 GB/s`; null: there is one */
export function describeTwoClusters({ group: { twoClusters }, values }: GroupValues): string | null {
  if (twoClusters === null) return null;
  const { low, high, split } = twoClusters;
  const slower = values.filter(({ value }) => value < split).map(({ node }) => node);
  const named = NodeSet.from(slower).toString();
  return `two clusters of values: ${named} around ${gigabytes(low)} GB/s, the other ${values.length - slower.length} around ${gigabytes(high)} GB/s`;
}
