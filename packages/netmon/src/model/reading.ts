// A reading: everything a node told at one tick, raw. All sources (ssh, agent, local, recording) give readings; rates
// are made of two of them (rates/), and recordings keep readings, so that a replay goes through the same code.
import type { Counter, InterfaceCounters } from './counter.ts';
import type { HardwareCounters } from './hardware-counter.ts';
import type { InterfaceFacts, PortFacts } from './interface-facts.ts';

export interface Reading {
  readonly node: string;
  /** /proc/sys/kernel/random/boot_id */
  readonly bootId: string;
  readonly netns: string;
  /** How many ticks the node's sampler has answered since it started, this one included. */
  readonly ticks: number;
  /** The node's own CLOCK_MONOTONIC in nanoseconds (counted in 10 ms steps where only /proc/uptime could be read). */
  readonly monotonicNs: number;
  /** The node's CLOCK_BOOTTIME in seconds: goes on while the machine is suspended. */
  readonly uptimeSeconds: number | null;
  /** `btime` of /proc/stat, on slow ticks: wall clock minus uptime, so it moves when the wall clock is stepped. */
  readonly bootedAt: number | null;
  /** Wall clock of the head when the reading arrived, ms since 1970: labels only, never part of a rate. */
  readonly arrivedMs: number;
  /** Width of the kernel's `unsigned long`. */
  readonly bits: 32 | 64 | null;
  readonly interfaces: readonly InterfaceReading[];
  readonly ports: readonly PortReading[];
  readonly host: HostReading;
}

export interface InterfaceReading {
  readonly facts: InterfaceFacts;
  readonly counters: InterfaceCounters;
  /** What the driver tells of the hardware, twice a minute at most; null or missing in all other readings. */
  readonly hardware?: HardwareCounters | null;
}

export interface PortReading {
  readonly facts: PortFacts;
  /** As read, in the driver's unit: see rates/port-units.ts. */
  readonly rxData: Counter;
  readonly rxPackets: Counter;
  readonly txData: Counter;
  readonly txPackets: Counter;
  /** By file name, on slow ticks only (reading them can cost a firmware call). */
  readonly errors: Readonly<Record<string, Counter>> | null;
}

/** Figures of the node as a whole. */
export interface HostReading {
  readonly load: readonly [one: number, five: number, fifteen: number] | null;
  /** user, nice, system, idle, iowait, irq, softirq, steal in clock ticks. */
  readonly cpu: readonly Counter[] | null;
  readonly memory: MemoryReading | null;
  readonly tcp: TcpReading | null;
  /** On slow ticks. */
  readonly tcpTrouble: TcpTroubleReading | null;
  readonly ipvs: IpvsReading | null;
  /** On slow ticks. */
  readonly softnet?: SoftnetReading | null;
  /** On slow ticks, where connections are tracked. */
  readonly conntrack?: ConntrackReading | null;
}

export interface MemoryReading {
  readonly totalKib: number | null;
  readonly freeKib: number | null;
  readonly availableKib: number | null;
}

/** Of the Tcp lines of /proc/net/snmp (RFC 4022). */
export interface TcpReading {
  readonly inSegments: Counter;
  readonly outSegments: Counter;
  readonly retransmitted: Counter;
  readonly inErrors: Counter;
}

/** Of the TcpExt lines of /proc/net/netstat. */
export interface TcpTroubleReading {
  readonly listenOverflows: Counter;
  readonly listenDrops: Counter;
  readonly timeouts: Counter;
  readonly synRetransmitted: Counter;
  readonly backlogDrops: Counter;
}

/** Totals of /proc/net/ip_vs_stats. */
export interface IpvsReading {
  readonly connections: Counter;
  readonly inPackets: Counter;
  readonly outPackets: Counter;
  readonly inBytes: Counter;
  readonly outBytes: Counter;
}

/** Of /proc/net/softnet_stat, all CPUs together; the kernel counts in 32 bits, so it may fall. */
export interface SoftnetReading {
  /** Packets that found the backlog of a CPU full. */
  readonly dropped: Counter;
  /** How often a CPU ended its round with packets left (net.core.netdev_budget). */
  readonly squeezed: Counter;
}

/** Of /proc/sys/net/netfilter. */
export interface ConntrackReading {
  readonly entries: number | null;
  readonly most: number | null;
}
