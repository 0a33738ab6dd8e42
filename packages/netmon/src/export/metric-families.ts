// The metrics that netmon exposes: name, unit, help, and how each is taken from a reading. Raw counters in base units: who
// scrapes them takes rates of his own, with the node's clock beside them.
import type { InterfaceCounterName } from '../model/counter.ts';
import type { InterfaceReading, PortReading, Reading } from '../model/reading.ts';
import { portBytes } from '../rates/port-units.ts';

export interface MetricFamily {
  /** Without `_total`; ends in its unit, as OpenMetrics wants it. */
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly unit: string;
  readonly help: string;
  /** What is not known is left out: an absent series, never a 0. */
  readonly points: (reading: Reading) => readonly MetricPoint[];
}

interface MetricPoint {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: bigint | number | null;
}

export const metricFamilies: readonly MetricFamily[] = [
  counted('receive_bytes', 'bytes', 'Bytes received: frames without preamble and check sequence.', 'rxBytes'),
  counted('transmit_bytes', 'bytes', 'Bytes sent: frames without preamble and check sequence.', 'txBytes'),
  counted('receive_packets', 'packets', 'Packets received.', 'rxPackets'),
  counted('transmit_packets', 'packets', 'Packets sent.', 'txPackets'),
  counted('receive_errors', 'errors', 'Packets received with an error.', 'rxErrors'),
  counted('transmit_errors', 'errors', 'Packets that could not be sent for an error.', 'txErrors'),
  counted('receive_drops', 'drops', 'Packets received and dropped.', 'rxDropped'),
  counted('transmit_drops', 'drops', 'Packets dropped instead of being sent.', 'txDropped'),
  counted('carrier_changes', 'changes', 'Times the link went up or down.', 'carrierChanges'),
  {
    name: 'netmon_interface_speed_bytes_per_second',
    type: 'gauge',
    unit: 'bytes_per_second',
    help: 'Negotiated speed; absent where the kernel does not know it.',
    points: ({ interfaces }) =>
      interfaces.map(({ facts }) => ({
        labels: { interface: facts.name },
        value: facts.speedMbit === null ? null : facts.speedMbit * 125_000,
      })),
  },
  {
    name: 'netmon_interface_up',
    type: 'gauge',
    unit: '',
    help: '1 where the interface has a carrier, 0 where it has none.',
    points: ({ interfaces }) =>
      interfaces.map(({ facts }) => ({
        labels: { interface: facts.name },
        value: facts.carrier === null ? null : Number(facts.carrier),
      })),
  },
  onPort('receive_bytes', 'bytes', 'Bytes received, RDMA included.', (port) =>
    portBytes(port.facts, port.rxData),
  ),
  onPort('transmit_bytes', 'bytes', 'Bytes sent, RDMA included.', (port) =>
    portBytes(port.facts, port.txData),
  ),
  onPort('receive_packets', 'packets', 'Packets received, RDMA included.', (port) => port.rxPackets),
  onPort('transmit_packets', 'packets', 'Packets sent, RDMA included.', (port) => port.txPackets),
  onNode(
    'tcp_sent_segments',
    'counter',
    'segments',
    'TCP segments sent.',
    ({ host }) => host.tcp?.outSegments,
  ),
  onNode(
    'tcp_retransmitted_segments',
    'counter',
    'segments',
    'TCP segments sent again.',
    ({ host }) => host.tcp?.retransmitted,
  ),
  onNode(
    'ipvs_connections',
    'counter',
    'connections',
    'Connections that IPVS scheduled.',
    ({ host }) => host.ipvs?.connections,
  ),
  onNode(
    'ipvs_receive_bytes',
    'counter',
    'bytes',
    'Bytes that came in by IPVS.',
    ({ host }) => host.ipvs?.inBytes,
  ),
  onNode(
    'ipvs_transmit_bytes',
    'counter',
    'bytes',
    'Bytes that went out by IPVS.',
    ({ host }) => host.ipvs?.outBytes,
  ),
  onNode(
    'memory_total_bytes',
    'gauge',
    'bytes',
    'Memory of the node.',
    ({ host }) => host.memory && kib(host.memory.totalKib),
  ),
  onNode(
    'memory_available_bytes',
    'gauge',
    'bytes',
    'Memory that could be had without swapping.',
    ({ host }) => host.memory && kib(host.memory.availableKib),
  ),
  onNode('load1', 'gauge', '', 'Load average of one minute.', ({ host }) => host.load?.[0]),
  onNode(
    'uptime_seconds',
    'gauge',
    'seconds',
    'Time since the node booted.',
    ({ uptimeSeconds }) => uptimeSeconds,
  ),
  onNode(
    'clock_seconds',
    'gauge',
    'seconds',
    "The node's own monotonic clock at the reading.",
    ({ monotonicNs }) => monotonicNs / 1e9,
  ),
];

function counted(suffix: string, unit: string, help: string, counter: InterfaceCounterName): MetricFamily {
  const point = ({ facts, counters }: InterfaceReading) => ({
    labels: { interface: facts.name },
    value: counters[counter],
  });
  return {
    name: `netmon_interface_${suffix}`,
    type: 'counter',
    unit,
    help,
    points: ({ interfaces }) => interfaces.map(point),
  };
}

function onPort(
  suffix: string,
  unit: string,
  help: string,
  value: (port: PortReading) => bigint | null,
): MetricFamily {
  return {
    name: `netmon_infiniband_${suffix}`,
    type: 'counter',
    unit,
    help,
    points: ({ ports }) =>
      ports.map((port) => ({
        labels: { device: port.facts.device, port: String(port.facts.port) },
        value: value(port),
      })),
  };
}

function onNode(
  suffix: string,
  type: MetricFamily['type'],
  unit: string,
  help: string,
  value: (reading: Reading) => bigint | number | null | undefined,
): MetricFamily {
  return {
    name: `netmon_node_${suffix}`,
    type,
    unit,
    help,
    points: (reading) => [{ labels: {}, value: value(reading) ?? null }],
  };
}

function kib(value: number | null): number | null {
  return value === null ? null : value * 1024;
}
