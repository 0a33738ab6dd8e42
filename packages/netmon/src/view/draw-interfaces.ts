// The interfaces and RDMA ports of one node, a row each: what they are, and what flows.
import type { NodeStatus } from '../live/node-status.ts';
import type { InterfaceFacts } from '../model/interface-facts.ts';
import type { InterfaceSample, PortSample } from '../model/sample.ts';
import { classOf } from '../rates/interface-class.ts';
import type { CellBuffer } from '../screen/cell-buffer.ts';
import { attribute, ink } from '../screen/style.ts';
import { percent, shortNumber, shortRate, speedText } from '../units/quantity.ts';
import type { Scene } from './scene.ts';

interface FactColumn<Row> {
  readonly title: string;
  readonly width: number;
  readonly right: boolean;
  readonly show: (row: Row) => string;
  readonly style?: (row: Row) => number;
}

interface InterfaceRow {
  readonly facts: InterfaceFacts;
  readonly kind: string;
  readonly sample: InterfaceSample | undefined;
}

/** In the order of the node; a star stands before those that the node is the sum of. */
export function drawInterfaces(
  frame: CellBuffer,
  row: number,
  end: number,
  status: NodeStatus,
  scene: Scene,
): number {
  const down = status.contact.state === 'down';
  const facts = [...status.facts.values()];
  const rows = facts.map((each): InterfaceRow => {
    const sample = down ? undefined : status.interfaces.find((sample) => sample.interface === each.name);
    return { facts: each, kind: classOf(each, facts), sample };
  });
  return drawRows(frame, row, end, rows, interfaceColumns(scene), (each) => ({
    mark: each.sample?.counted === true ? '*' : ' ',
    chosen: scene.view.chartInterface === each.facts.name,
  }));
}

export function drawPorts(
  frame: CellBuffer,
  row: number,
  end: number,
  status: NodeStatus,
  scene: Scene,
): number {
  if (status.ports.length === 0 || status.contact.state === 'down') return row;
  return drawRows(frame, row, end, status.ports, portColumns(scene), () => ({ mark: ' ', chosen: false }));
}

function interfaceColumns({ view }: Scene): readonly FactColumn<InterfaceRow>[] {
  const unit = view.units === 'bits' ? 'bit/s' : 'B/s';
  const number = (
    title: string,
    width: number,
    show: (sample: InterfaceSample) => string,
  ): FactColumn<InterfaceRow> => ({
    title,
    width,
    right: true,
    show: ({ sample }) => (sample === undefined ? '-' : show(sample)),
  });
  return [
    { title: 'interface', width: 15, right: false, show: ({ facts }) => facts.name, style: () => ink.node },
    { title: 'state', width: 7, right: false, show: ({ facts }) => facts.state ?? '-', style: stateStyle },
    number(`rx ${unit}`, 8, (sample) => shortRate(sample.rxBytesPerSecond, view.units)),
    number(`tx ${unit}`, 8, (sample) => shortRate(sample.txBytesPerSecond, view.units)),
    number('% link', 6, (sample) => percent(sample.utilisation)),
    { title: 'speed', width: 10, right: true, show: ({ facts }) => speedText(facts.speedMbit) },
    {
      title: 'duplex',
      width: 6,
      right: false,
      show: ({ facts }) => facts.duplex ?? '-',
      style: ({ facts }) => (facts.duplex === 'half' ? ink.bad | attribute.bold : 0),
    },
    number('rx pkt/s', 8, (sample) => shortNumber(sample.rxPacketsPerSecond)),
    number('tx pkt/s', 8, (sample) => shortNumber(sample.txPacketsPerSecond)),
    {
      ...number('err/s', 6, (sample) => shortNumber(errorsOf(sample))),
      style: ({ sample }) => errorStyle(sample),
    },
    number('drop/s', 6, (sample) => shortNumber(dropsOf(sample))),
    { title: 'mtu', width: 5, right: true, show: ({ facts }) => String(facts.mtu ?? '-') },
    { title: 'kind', width: 16, right: false, show: ({ kind }) => kind.replaceAll('-', ' ') },
    { title: 'driver', width: 12, right: false, show: ({ facts }) => facts.driver ?? '-' },
  ];
}

function portColumns({ view }: Scene): readonly FactColumn<PortSample>[] {
  const unit = view.units === 'bits' ? 'bit/s' : 'B/s';
  return [
    { title: 'RDMA port', width: 15, right: false, show: ({ port }) => port, style: () => ink.node },
    { title: '', width: 7, right: false, show: () => '' },
    {
      title: `rx ${unit}`,
      width: 8,
      right: true,
      show: (port) => shortRate(port.rxBytesPerSecond, view.units),
    },
    {
      title: `tx ${unit}`,
      width: 8,
      right: true,
      show: (port) => shortRate(port.txBytesPerSecond, view.units),
    },
    { title: '', width: 6, right: true, show: () => '' },
    { title: 'speed', width: 10, right: true, show: (port) => speedText(port.rateMbit) },
    { title: '', width: 6, right: true, show: () => '' },
    { title: 'rx pkt/s', width: 8, right: true, show: (port) => shortNumber(port.rxPacketsPerSecond) },
    { title: 'tx pkt/s', width: 8, right: true, show: (port) => shortNumber(port.txPacketsPerSecond) },
  ];
}

function drawRows<Row>(
  frame: CellBuffer,
  top: number,
  end: number,
  rows: readonly Row[],
  columns: readonly FactColumn<Row>[],
  look: (row: Row) => { readonly mark: string; readonly chosen: boolean },
): number {
  if (top + 1 >= end || rows.length === 0) return top;
  frame.put(top, 0, ' '.repeat(frame.columns), attribute.dim | attribute.underline);
  placed(columns, frame.columns, ({ title, right }, start, stop) => {
    const style = attribute.dim | attribute.underline;
    if (right) frame.putRight(top, start, stop, title, style);
    else frame.put(top, start, title, style, stop);
  });
  let row = top + 1;
  for (const each of rows) {
    if (row >= end) break;
    const { mark, chosen } = look(each);
    frame.put(row, 0, mark);
    placed(columns, frame.columns, ({ right, show, style }, start, stop) => {
      if (right) frame.putRight(row, start, stop, show(each), style?.(each));
      else frame.put(row, start, show(each), style?.(each), stop);
    });
    if (chosen) frame.mark(row, 0, frame.columns);
    row += 1;
  }
  return row;
}

/** Columns from the left as far as they fit. */
function placed<Row>(
  columns: readonly FactColumn<Row>[],
  width: number,
  draw: (column: FactColumn<Row>, start: number, end: number) => void,
): void {
  let start = 2;
  for (const column of columns) {
    if (start + column.width > width) return;
    draw(column, start, start + column.width);
    start += column.width + 2;
  }
}

function stateStyle({ facts }: InterfaceRow): number {
  return facts.state === 'up' ? ink.good : facts.state === 'down' ? ink.bad : attribute.dim;
}

function errorsOf({ rxErrorsPerSecond: rx, txErrorsPerSecond: tx }: InterfaceSample): number | null {
  return rx === null || tx === null ? null : rx + tx;
}

function dropsOf({ rxDroppedPerSecond: rx, txDroppedPerSecond: tx }: InterfaceSample): number | null {
  return rx === null || tx === null ? null : rx + tx;
}

function errorStyle(sample: InterfaceSample | undefined): number {
  return sample !== undefined && (errorsOf(sample) ?? 0) > 0 ? ink.bad | attribute.bold : 0;
}
