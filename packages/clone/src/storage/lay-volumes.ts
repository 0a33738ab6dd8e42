// Logical volumes: extents counted, percentages and growth resolved, thin volumes in their pools.
import { type Finding, finding } from '../recipe/finding.ts';
import { contentOf, MIB, sizeText } from './content.ts';
import { grow } from './grow.ts';
import type { GroupRequest, VolumeRequest } from './requests.ts';
import type { PlannedGroup, PlannedVolume } from './storage-plan.ts';

/** The metadata area at the head of each physical volume (lvm.conf, metadata/pvmetadatasize and data alignment). */
const headBytes = MIB;
/** The metadata of a thin pool where no size is given, and its spare. */
const poolOverheadBytes = 2 * 64 * MIB;

/** @param sizes of the members by name, encryption taken off */
export function layGroup(
  group: GroupRequest,
  requests: readonly VolumeRequest[],
  sizes: ReadonlyMap<string, number>,
  findings: Finding[],
): PlannedGroup | undefined {
  const extent = group.extentKib * 1024;
  if (extent <= 0 || !Number.isInteger(Math.log2(group.extentKib))) {
    findings.push(
      finding(
        group.place,
        'error',
        'group-extent',
        `--pesize is a power of two in KiB, not ${group.extentKib}`,
      ),
    );
    return undefined;
  }
  const whole = group.members.reduce(
    (sum, member) => sum + Math.floor(((sizes.get(member) ?? 0) - headBytes) / extent),
    0,
  );
  const reserved = Math.max(
    Math.ceil((group.reservedMib * MIB) / extent),
    Math.ceil((whole * group.reservedPercent) / 100),
  );
  const room = whole - reserved;
  const here = requests.filter(({ group: name }) => name === group.name);
  const thick = here.filter(({ pool }) => pool === undefined);

  const items = thick.map((request) => ({
    size: extentsOf(request, room, extent),
    grow: request.grow,
    max:
      request.maxMib === undefined || request.maxMib === 0
        ? undefined
        : Math.floor((request.maxMib * MIB) / extent),
  }));
  const overhead = thick.reduce(
    (sum, request) => sum + (request.thinPool ? Math.ceil(poolOverhead(request) / extent) : 0),
    0,
  );
  const asked = items.reduce((sum, { size }) => sum + size, 0) + overhead;
  if (asked > room) {
    const largest = thick.reduce((a, b) => (extentsOf(b, room, extent) > extentsOf(a, room, extent) ? b : a));
    findings.push(
      finding(
        largest.place,
        'error',
        'group-too-small',
        `volume group '${group.name}' is too small: ${sizeText(asked * extent)} are asked for, ${sizeText(Math.max(room, 0) * extent)} are there`,
        `the largest volume is '${largest.volume}'`,
      ),
    );
    return undefined;
  }
  const extents = grow(items, room - asked);
  const volumes = thick.map((request, index) => planned(request, (extents[index] ?? 0) * extent));
  const pools = new Map(
    volumes.filter(({ role }) => role.kind === 'thin-pool').map((pool) => [pool.name, pool.sizeBytes]),
  );
  const thin = here.flatMap((request) => {
    if (request.pool === undefined) return [];
    const poolBytes = pools.get(request.pool);
    if (poolBytes === undefined) {
      findings.push(
        finding(
          request.place,
          'error',
          'pool-unknown',
          `no thin pool '${request.pool}' in volume group '${group.name}'`,
        ),
      );
      return [];
    }
    return [planned(request, thinBytes(request, poolBytes, extent))];
  });
  return {
    name: group.name,
    members: group.members,
    extentBytes: extent,
    sizeBytes: whole * extent,
    volumes: [...volumes, ...thin],
  };
}

function extentsOf({ sizeMib, percent, grow: grows }: VolumeRequest, room: number, extent: number): number {
  if (percent !== undefined && percent > 0) return Math.floor((room * percent) / 100);
  return Math.max(Math.ceil(((sizeMib ?? (grows ? 1 : 0)) * MIB) / extent), 1);
}

/** A thin volume may be as large as its pool: growth goes up to that, or to its own bound. */
function thinBytes(
  { sizeMib, percent, grow: grows, maxMib }: VolumeRequest,
  poolBytes: number,
  extent: number,
): number {
  const whole = (bytes: number): number => Math.max(Math.floor(bytes / extent), 1) * extent;
  if (percent !== undefined && percent > 0) return whole((poolBytes * percent) / 100);
  const asked = Math.ceil(((sizeMib ?? 1) * MIB) / extent) * extent;
  if (!grows) return asked;
  return Math.max(
    asked,
    whole(Math.min(poolBytes, maxMib === undefined || maxMib === 0 ? poolBytes : maxMib * MIB)),
  );
}

function poolOverhead({ metadataMib }: VolumeRequest): number {
  return metadataMib === undefined || metadataMib === 0 ? poolOverheadBytes : 2 * metadataMib * MIB;
}

function planned(request: VolumeRequest, sizeBytes: number): PlannedVolume {
  const { volume, thinPool, pool, metadataMib, chunkKib, encryption } = request;
  return {
    name: volume,
    sizeBytes,
    role: thinPool
      ? {
          kind: 'thin-pool',
          metadataBytes: metadataMib === undefined ? undefined : metadataMib * MIB,
          chunkKib,
        }
      : pool === undefined
        ? { kind: 'linear' }
        : { kind: 'thin', pool },
    encryption,
    content: thinPool ? undefined : contentOf(request, new Map()),
  };
}
