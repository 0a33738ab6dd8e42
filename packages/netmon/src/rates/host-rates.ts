// Figures of the node itself: processor, memory, TCP retransmissions and IPVS totals.
import type { Counter } from '../model/counter.ts';
import type { HostReading, MemoryReading } from '../model/reading.ts';
import type { NodeSample } from '../model/sample.ts';
import { type CounterStep, type CounterTrack, rateOf, stepCounter } from './counter-track.ts';

export type HostFigures = Pick<
  NodeSample,
  | 'retransmitRatio'
  | 'load1'
  | 'cpuBusy'
  | 'memoryUsed'
  | 'ipvsInBytesPerSecond'
  | 'ipvsOutBytesPerSecond'
  | 'ipvsConnectionsPerSecond'
>;

/** Counters of the host in the order of {@link countersOf}: every reading of every node goes through here. */
export type HostState = readonly CounterTrack[];

interface HostStep {
  readonly host: HostState;
  readonly figures: HostFigures;
}

export function hostBaseline(reading: HostReading): HostStep {
  return hostFigures([], reading, null);
}

/** @param seconds of the interval; null when the last reading cannot be compared with */
export function hostFigures(before: HostState, reading: HostReading, seconds: number | null): HostStep {
  const steps = countersOf(reading).map((value, at) => stepCounter(before[at], value));
  const [outSegments, retransmitted, ipvsIn, ipvsOut, ipvsConnections, ...cpu] = steps;
  return {
    host: steps.map(({ track }) => track),
    figures: {
      retransmitRatio: ratio(grown(retransmitted), grown(outSegments)),
      load1: reading.load?.[0] ?? null,
      cpuBusy: busyShare(cpu.map(grown)),
      memoryUsed: usedShare(reading.memory),
      ipvsInBytesPerSecond: rateOf(ipvsIn?.growth, seconds),
      ipvsOutBytesPerSecond: rateOf(ipvsOut?.growth, seconds),
      ipvsConnectionsPerSecond: rateOf(ipvsConnections?.growth, seconds),
    },
  };
}

function countersOf({ cpu, tcp, ipvs }: HostReading): readonly Counter[] {
  return [
    tcp?.outSegments ?? null,
    tcp?.retransmitted ?? null,
    ipvs?.inBytes ?? null,
    ipvs?.outBytes ?? null,
    ipvs?.connections ?? null,
    ...(cpu ?? []),
  ];
}

function grown(step: CounterStep | undefined): number | null {
  return step === undefined || step.growth.kind === 'unknown' ? null : Number(step.growth.by);
}

/** The kernel counts a retransmission among the sent segments, but not in the same instant: hence the bound. */
function ratio(part: number | null, whole: number | null): number | null {
  return part === null || whole === null || whole === 0 ? null : Math.min(1, part / whole);
}

/** Of user, nice, system, idle, iowait, irq, softirq, steal (proc(5)); iowait may fall, and then the share is not known. */
function busyShare(ticks: readonly (number | null)[]): number | null {
  let total = 0;
  for (const each of ticks) {
    if (each === null) return null;
    total += each;
  }
  const idle = (ticks[3] ?? 0) + (ticks[4] ?? 0);
  return total === 0 ? null : (total - idle) / total;
}

function usedShare(memory: MemoryReading | null): number | null {
  if (memory === null || memory.totalKib === null || memory.totalKib === 0) return null;
  return memory.availableKib === null ? null : 1 - memory.availableKib / memory.totalKib;
}
