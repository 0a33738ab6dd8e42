// The table of `netmon once`: one line a node; then those that are down, and why.
import { renderTable, type Theme } from '@heorot/cli';
import type { NodeStatus } from '../live/node-status.ts';
import type { NodeSample } from '../model/sample.ts';
import {
  formatCount,
  formatShare,
  formatTraffic,
  type TrafficUnit,
  unknown,
} from '../units/format-traffic.ts';
import { printable } from '../units/printable.ts';
import { busiestLink } from './node-order.ts';

export interface TableOptions extends TrafficUnit {
  readonly theme: Theme;
  readonly width: number | undefined;
}

const titles = [
  'node',
  'rx',
  'tx',
  'rx pkt/s',
  'tx pkt/s',
  'err/s',
  'drop/s',
  'link',
  'retrans',
  'load',
  'cpu',
  'memory',
];

export function onceTable(nodes: readonly NodeStatus[], options: TableOptions): readonly string[] {
  const rows = nodes
    .filter(answers)
    .flatMap((status) => (status.sample === undefined ? [] : [row(status, status.sample, options)]));
  const columns = titles.map((title) => ({ title, align: title === 'node' ? 'left' : 'right' }) as const);
  const down = nodes.filter((status) => !answers(status));
  return [
    ...(rows.length === 0
      ? []
      : renderTable(columns, rows, { width: options.width, title: options.theme.dim })),
    ...down.map((status) => `${status.node}  ${options.theme.bad(status.contact.state)}: ${whyOf(status)}`),
  ];
}

/** Whether its figures are of now. */
export function answers({ contact, sample }: NodeStatus): boolean {
  return contact.state !== 'down' && sample !== undefined;
}

function whyOf({ contact }: NodeStatus): string {
  return printable(contact.detail ?? 'no answer');
}

function row(status: NodeStatus, sample: NodeSample, unit: TrafficUnit): readonly string[] {
  return [
    status.node,
    formatTraffic(sample.rxBytesPerSecond, unit),
    formatTraffic(sample.txBytesPerSecond, unit),
    formatCount(sample.rxPacketsPerSecond),
    formatCount(sample.txPacketsPerSecond),
    formatCount(sum(sample.rxErrorsPerSecond, sample.txErrorsPerSecond)),
    formatCount(sum(sample.rxDroppedPerSecond, sample.txDroppedPerSecond)),
    formatShare(busiestLink(status)),
    formatShare(sample.retransmitRatio),
    sample.load1?.toFixed(2) ?? unknown,
    formatShare(sample.cpuBusy),
    formatShare(sample.memoryUsed),
  ];
}

function sum(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : one + other;
}
