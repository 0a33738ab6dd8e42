// Figures of the node itself: processor, memory, TCP retransmissions and IPVS totals.
import type { Counter } from '../model/counter.ts';
import type { HostReading, MemoryReading } from '../model/reading.ts';
import type { NodeSample } from '../model/sample.ts';
import { type CounterTrack, type Growth, rateOf, stepCounter } from './counter-track.ts';

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

/** Counters of the host by a name of ours. */
export type HostState = ReadonlyMap<string, CounterTrack>;

interface HostStep {
  readonly host: HostState;
  readonly figures: HostFigures;
}

export function hostBaseline(reading: HostReading): HostStep {
  return hostFigures(new Map(), reading, null);
}

/** @param seconds of the interval; null when the last reading cannot be compared with */
export function hostFigures(before: HostState, reading: HostReading, seconds: number | null): HostStep {
  const steps = new Map(
    [...countersOf(reading)].map(([name, value]) => [name, stepCounter(before.get(name), value)]),
  );
  const growth = (name: string): Growth | undefined => steps.get(name)?.growth;
  return {
    host: new Map([...steps].map(([name, { track }]) => [name, track])),
    figures: {
      retransmitRatio: ratio(grown(growth('retransmitted')), grown(growth('outSegments'))),
      load1: reading.load?.[0] ?? null,
      cpuBusy: busyShare((reading.cpu ?? []).map((_, at) => grown(growth(`cpu${at}`)))),
      memoryUsed: usedShare(reading.memory),
      ipvsInBytesPerSecond: rateOf(growth('ipvsIn'), seconds),
      ipvsOutBytesPerSecond: rateOf(growth('ipvsOut'), seconds),
      ipvsConnectionsPerSecond: rateOf(growth('ipvsConnections'), seconds),
    },
  };
}

function countersOf({ cpu, tcp, ipvs }: HostReading): ReadonlyMap<string, Counter> {
  return new Map<string, Counter>([
    ['outSegments', tcp?.outSegments ?? null],
    ['retransmitted', tcp?.retransmitted ?? null],
    ['ipvsIn', ipvs?.inBytes ?? null],
    ['ipvsOut', ipvs?.outBytes ?? null],
    ['ipvsConnections', ipvs?.connections ?? null],
    ...(cpu ?? []).map((value, at) => [`cpu${at}`, value] as const),
  ]);
}

function grown(growth: Growth | undefined): number | null {
  return growth === undefined || growth.kind === 'unknown' ? null : Number(growth.by);
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
