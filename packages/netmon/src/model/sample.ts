// What netmon prints: samples and events, as in its NDJSON. A figure that is not known is null: never 0, never the last one.

interface Rates {
  readonly rxBytesPerSecond: number | null;
  readonly txBytesPerSecond: number | null;
  readonly rxPacketsPerSecond: number | null;
  readonly txPacketsPerSecond: number | null;
  readonly rxErrorsPerSecond: number | null;
  readonly txErrorsPerSecond: number | null;
  readonly rxDroppedPerSecond: number | null;
  readonly txDroppedPerSecond: number | null;
}

/** Rates of one interface over one interval of the node's own clock. */
export interface InterfaceSample extends Rates {
  readonly type: 'sample';
  readonly node: string;
  readonly interface: string;
  /** ISO 8601, UTC: when the head received the reading that ends the interval. */
  readonly time: string;
  /** How many intervals it covers: 2 where a tick was missed; null for a first reading. */
  readonly span: number | null;
  /** Length of the interval on the node's clock; a rate times this is exactly the growth of its counter. */
  readonly seconds: number | null;
  /** The counters themselves at the end of the interval. */
  readonly rxBytes: bigint | null;
  readonly txBytes: bigint | null;
  /** Of the larger direction, of the negotiated speed, from 0 to 1. */
  readonly utilisation: number | null;
  readonly speedMbit: number | null;
  /** True for the interfaces that the total of the node is made of. */
  readonly counted: boolean;
}

/** Figures of a node as a whole; its rates are the sums of the counted interfaces, null if one of them is not known. */
export interface NodeSample extends Rates {
  readonly type: 'sample';
  readonly node: string;
  readonly interface: null;
  readonly time: string;
  readonly span: number | null;
  readonly seconds: number | null;
  /** Retransmitted of all sent TCP segments, 0 to 1; null while nothing is sent. */
  readonly retransmitRatio: number | null;
  readonly load1: number | null;
  /** Busy share of all CPUs together, 0 to 1. */
  readonly cpuBusy: number | null;
  /** Memory in use (total less available), 0 to 1. */
  readonly memoryUsed: number | null;
  readonly ipvsInBytesPerSecond: number | null;
  readonly ipvsOutBytesPerSecond: number | null;
  readonly ipvsConnectionsPerSecond: number | null;
}

/** Rates of one port of an RDMA device, in bytes whatever the driver counts in. */
export interface PortSample {
  readonly type: 'port';
  readonly node: string;
  /** `mlx5_0/1` */
  readonly port: string;
  readonly time: string;
  readonly span: number | null;
  readonly seconds: number | null;
  readonly rxBytesPerSecond: number | null;
  readonly txBytesPerSecond: number | null;
  readonly rxPacketsPerSecond: number | null;
  readonly txPacketsPerSecond: number | null;
  readonly rateMbit: number | null;
}

export type Sample = InterfaceSample | NodeSample | PortSample;

/** Something that happened to a node or to its numbers; each unknown rate has one that says why. */
export interface NetEvent {
  readonly type: 'event';
  readonly node: string;
  readonly event: NetEventName;
  /** For people: `eth0: ifindex 2 -> 3`. */
  readonly detail: string;
  readonly time: string;
  readonly interface: string | null;
}

export const netEventNames = [
  'first-reading',
  'rebooted',
  'namespace-changed',
  'suspended',
  'clock-stepped',
  'duplicate',
  'late',
  'interface-added',
  'interface-removed',
  'interface-recreated',
  'carrier-flapped',
  'speed-changed',
  'counters-reset',
  'counter-decreased',
  'counter-returned',
  'counter-unreadable',
  'counter-wrapped',
  'port-added',
  'port-removed',
  'unreadable-line',
  'down',
  'up',
] as const;

export type NetEventName = (typeof netEventNames)[number];

/** The event of that name; `unreadable-line` for one that a later release wrote. */
export function netEventName(text: string): NetEventName {
  return netEventNames.find((name) => name === text) ?? 'unreadable-line';
}
