// The table of `netmon once`: one line a node; then those that are down, and why.
import { displayWidth, renderTable, type Theme } from '@heorot/cli';
import type { NodeStatus } from '../live/node-status.ts';
import type { NodeSample } from '../model/sample.ts';
import { printable } from '../units/printable.ts';
import { percentText, rateText, shortNumber, type Units } from '../units/quantity.ts';
import { busiestLink } from './node-order.ts';

export interface TableOptions {
  readonly units: Units;
  readonly theme: Theme;
  readonly width: number | undefined;
}

/** Never 0 and never the last value. */
const unknown = '?';

/** Between two columns of a table. */
const gap = 2;
/** Node and traffic. */
const fewestColumns = 3;

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
    .flatMap((status) => (status.sample === undefined ? [] : [row(status, status.sample, options.units)]));
  const shown = titles.slice(0, fitting([titles, ...rows], options.width));
  const columns = shown.map((title) => ({ title, align: title === 'node' ? 'left' : 'right' }) as const);
  const down = nodes.filter((status) => !answers(status));
  return [
    ...(rows.length === 0
      ? []
      : renderTable(
          columns,
          rows.map((cells) => cells.slice(0, shown.length)),
          { width: options.width, title: options.theme.dim },
        )),
    ...down.map((status) => `${status.node}  ${options.theme.bad(status.contact.state)}: ${whyOf(status)}`),
  ];
}

/** How many columns from the left a terminal has room for, uncut: half a number is none. */
function fitting(rows: readonly (readonly string[])[], width = Number.POSITIVE_INFINITY): number {
  let used = 0;
  for (const at of titles.keys()) {
    used += (at === 0 ? 0 : gap) + Math.max(...rows.map((cells) => displayWidth(cells[at] ?? '')));
    if (used > width) return Math.max(fewestColumns, at);
  }
  return titles.length;
}

/** Whether its figures are of now. */
export function answers({ contact, sample }: NodeStatus): boolean {
  return contact.state !== 'down' && sample !== undefined;
}

function whyOf({ contact }: NodeStatus): string {
  return printable(contact.detail ?? 'no answer');
}

function row(status: NodeStatus, sample: NodeSample, units: Units): readonly string[] {
  return [
    status.node,
    rateText(sample.rxBytesPerSecond, units, unknown),
    rateText(sample.txBytesPerSecond, units, unknown),
    shortNumber(sample.rxPacketsPerSecond, unknown),
    shortNumber(sample.txPacketsPerSecond, unknown),
    shortNumber(sum(sample.rxErrorsPerSecond, sample.txErrorsPerSecond), unknown),
    shortNumber(sum(sample.rxDroppedPerSecond, sample.txDroppedPerSecond), unknown),
    percentText(busiestLink(status), unknown),
    percentText(sample.retransmitRatio, unknown),
    sample.load1?.toFixed(2) ?? unknown,
    percentText(sample.cpuBusy, unknown),
    percentText(sample.memoryUsed, unknown),
  ];
}

function sum(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : one + other;
}
