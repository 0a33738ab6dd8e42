// What one count of an RDMA port's data counters is worth in bytes, per driver. The InfiniBand specification (and sysfs's
// own documentation) divides octets by 4, whatever the number of lanes; drivers whose port counters do not come from a
// performance management agent need not. A driver that is not in the table has no rate: a wrong one is off by 4.
import type { PortFacts } from '../model/interface-facts.ts';

const bytesPerCount: ReadonlyMap<string, bigint> = new Map([
  ['mlx4_core', 4n],
  ['mlx5_core', 4n],
  ['ib_mthca', 4n],
  ['ib_qib', 4n],
]);

/** Largest MTU of InfiniBand and RoCE with every header: a packet above it proves the unit wrong. */
const longestPacket = 4096 + 160;

/** Counters of the old, 32 bits wide set stop at their top and wait for a reset instead of wrapping. */
const saturated = 2n ** 32n - 1n;

/** Bytes of one count, or null for a driver that is not known. */
export function bytesPerPortCount({ driver }: PortFacts): bigint | null {
  return driver === null ? null : (bytesPerCount.get(driver) ?? null);
}

/** The counter in bytes, as far as it can be known. */
export function portBytes(facts: PortFacts, count: bigint | null): bigint | null {
  const unit = bytesPerPortCount(facts);
  return count === null || unit === null || count === saturated ? null : count * unit;
}

/** False where so many bytes do not fit in so many packets. */
export function plausiblePort(bytes: bigint, packets: bigint): boolean {
  return packets === 0n ? bytes === 0n : Number(bytes) / Number(packets) <= longestPacket;
}
