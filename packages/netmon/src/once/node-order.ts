// In which order nodes are listed: by one figure, the largest first; nodes without it last, in the order of the node set.
import type { NodeStatus } from '../live/node-status.ts';
import type { NodeSample } from '../model/sample.ts';

const figures = {
  traffic: (sample) => sum(sample.rxBytesPerSecond, sample.txBytesPerSecond),
  rx: (sample) => sample.rxBytesPerSecond,
  tx: (sample) => sample.txBytesPerSecond,
  packets: (sample) => sum(sample.rxPacketsPerSecond, sample.txPacketsPerSecond),
  errors: (sample) => sum(sample.rxErrorsPerSecond, sample.txErrorsPerSecond),
  drops: (sample) => sum(sample.rxDroppedPerSecond, sample.txDroppedPerSecond),
  retrans: (sample) => sample.retransmitRatio,
  load: (sample) => sample.load1,
  cpu: (sample) => sample.cpuBusy,
  memory: (sample) => sample.memoryUsed,
} as const satisfies Readonly<Record<string, (sample: NodeSample) => number | null>>;

export const nodeOrders = [
  'traffic',
  'rx',
  'tx',
  'packets',
  'errors',
  'drops',
  'util',
  'retrans',
  'load',
  'cpu',
  'memory',
  'node',
] as const;
export type NodeOrder = (typeof nodeOrders)[number];

export function sortNodes(nodes: readonly NodeStatus[], order: NodeOrder): readonly NodeStatus[] {
  if (order === 'node') return nodes;
  const value = order === 'util' ? busiestLink : (node: NodeStatus) => figureOf(node, figures[order]);
  const known = new Map(nodes.map((node) => [node, value(node) ?? -1]));
  return nodes.toSorted((a, b) => (known.get(b) ?? -1) - (known.get(a) ?? -1));
}

/** Of the node's counted links, the share of its speed that the busiest one carries; null where no speed is known. */
export function busiestLink({ interfaces }: NodeStatus): number | null {
  const shares = interfaces.flatMap(({ counted, utilisation }) => (counted ? (utilisation ?? []) : []));
  return shares.length === 0 ? null : Math.max(...shares);
}

function figureOf(
  { sample, contact }: NodeStatus,
  figure: (sample: NodeSample) => number | null,
): number | null {
  return sample === undefined || contact.state === 'down' ? null : figure(sample);
}

function sum(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : one + other;
}
