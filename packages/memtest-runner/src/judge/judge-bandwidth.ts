// Which nodes are slow: every measurement is judged among nodes that are made alike, and against the node's own past where
// too few of them are.
import type { Dimm } from '../evidence/dmi-memory.ts';
import type { Bandwidth, MeasuredGroup, NodeFacts, NodeParts } from '../model/run-result.ts';
import type { EarlierSpeeds } from './judge-run.ts';
import { judgeSpeed, type MeasuredSlow } from './outliers.ts';

export interface BandwidthJudgement {
  readonly groups: readonly MeasuredGroup[];
  readonly slow: ReadonlyMap<string, readonly MeasuredSlow[]>;
}

/** Triad of the whole machine with the most threads, and of each NUMA node; the sweep in between is for the report. */
export function judgeBandwidth(nodes: readonly NodeParts[], earlier: EarlierSpeeds): BandwidthJudgement {
  const groups: MeasuredGroup[] = [];
  const slow = new Map<string, MeasuredSlow[]>();
  for (const [measurement, members] of byMeasurement(nodes)) {
    const measured = members.map(({ parts, bandwidth: { trials, bytesPerSecond } }) => ({
      node: parts.node,
      group: groupOf(parts.facts),
      values: trials.length > 0 ? trials : [bytesPerSecond],
      history: earlier(parts, measurement),
    }));
    for (const group of judgeSpeed(measured)) {
      groups.push({ ...group, measurement });
      for (const each of group.slow)
        slow.set(each.node, [...(slow.get(each.node) ?? []), { ...each, measurement }]);
    }
  }
  return { groups, slow };
}

interface Member {
  readonly parts: NodeParts;
  readonly bandwidth: Bandwidth;
}

function byMeasurement(nodes: readonly NodeParts[]): ReadonlyMap<string, readonly Member[]> {
  const members = nodes.flatMap((parts) =>
    judgedBandwidths(parts).map((bandwidth) => ({ parts, bandwidth })),
  );
  return Map.groupBy(members, ({ bandwidth }) => measurementOf(bandwidth));
}

/** The name of what was measured; equal names can be compared between runs. */
export function measurementOf({ kernel, variant, threads, numaNode }: Bandwidth): string {
  const place = numaNode === null ? '' : `, NUMA node ${numaNode}`;
  return `${kernel}, ${variant}, ${threads} threads${place}`;
}

/** What is judged and remembered: per variant and place the triad with the most threads. */
export function judgedBandwidths({ engines }: Pick<NodeParts, 'engines'>): readonly Bandwidth[] {
  const best = new Map<string, Bandwidth>();
  for (const bandwidth of engines.flatMap((engine) => engine.bandwidth)) {
    if (bandwidth.kernel !== 'triad') continue;
    const key = `${bandwidth.variant} ${bandwidth.numaNode}`;
    const known = best.get(key);
    if (known === undefined || bandwidth.threads > known.threads) best.set(key, bandwidth);
  }
  return [...best.values()];
}

/** What must be equal to compare: processor, DIMM population, BIOS, kernel; virtual machines are never mixed with bare metal. */
export function groupOf({ cpuModel, cpus, dimms, memoryBytes, bios, kernel, virtual }: NodeFacts): string {
  const processors = cpus === null ? [] : [`${cpus} CPUs`];
  return [
    [cpuModel ?? 'unknown processor', ...processors, ...(virtual === true ? ['virtual'] : [])].join(', '),
    populationOf(dimms ?? [], memoryBytes),
    bios ?? 'unknown BIOS',
    kernel ?? 'unknown kernel',
  ].join(' | ');
}

/** Nodes that are made alike differ by some MiB in what their kernels leave: two digits tell them apart well enough. */
function populationOf(dimms: readonly Dimm[], memoryBytes: number | null): string {
  if (dimms.length > 0) {
    return countsOf(dimms.map(({ bytes, part }) => `${Math.round(bytes / 2 ** 30)}G ${part ?? 'DIMM'}`));
  }
  return memoryBytes === null ? 'unknown memory' : `${Number((memoryBytes / 2 ** 30).toPrecision(2))} GiB`;
}

function countsOf(names: readonly string[]): string {
  const counts = Map.groupBy(names, (name) => name);
  return [...counts]
    .map(([name, all]) => `${all.length} x ${name}`)
    .toSorted()
    .join(' + ');
}
