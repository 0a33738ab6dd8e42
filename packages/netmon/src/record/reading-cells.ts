// The columns of a block: where each figure of a reading stands, which of them grow together, and back to readings. Raw
// counters and the node's clock are kept, not rates, so that a replay goes through the same code as the live table. The clock
// is kept to the microsecond: reading the files of /proc takes hundreds of them.
import {
  type Counter,
  type InterfaceCounterName,
  interfaceCounterNames,
  interfaceCounters,
} from '../model/counter.ts';
import { hardwareCounterNames, hardwareCounters } from '../model/hardware-counter.ts';
import type { HostReading, InterfaceReading, PortReading, Reading } from '../model/reading.ts';
import { portErrorFiles } from '../sampler/port-errors.ts';
import type { BlockKey } from './block-key.ts';
import type { Cell } from './column.ts';
import type { Columns } from './decode-columns.ts';
import type { ColumnHint } from './encode-columns.ts';

// The order of columns is the format: clocks, interfaces, ports, host. Only ever changed under a new version of it.
const clockColumns = 5;
const counterColumns = interfaceCounterNames.length;
const interfaceColumns = counterColumns + hardwareCounterNames.length;
const portColumns = 4 + portErrorFiles.length;
const cpuColumns = 8;
/** Among those of the processors: what it is counted as is the sum of all, which grows as evenly as a clock. */
const idleColumn = 3;
export const arrivedColumn = 2;

export function columnCount({ interfaces, ports }: BlockKey): number {
  return clockColumns + interfaces.length * interfaceColumns + ports.length * portColumns + hostColumns;
}

/** What grows with what: bytes with packets, what is sent with what comes, a bridge with its ports. */
export function hintsOf(interfaces: number, ports: number): readonly ColumnHint[] {
  const interfaceAt = (which: number) => clockColumns + which * interfaceColumns;
  const hints = new Map<number, ColumnHint>([
    [0, { clock: true }],
    [1, { clock: true }],
    [arrivedColumn, { clock: true, follows: [1] }],
  ]);
  const received: number[] = [];
  const sent: number[] = [];
  for (let which = 0; which < interfaces; which++) {
    const at = interfaceAt(which);
    const [rxBytes, rxPackets, txBytes, txPackets] = [at + 1, at, at + 3, at + 2];
    const before = Array.from({ length: Math.min(which, 3) }, (_, back) => interfaceAt(which - 1 - back));
    hints.set(rxPackets, { follows: before });
    hints.set(rxBytes, { follows: [rxPackets, ...before.map((other) => other + 1)] });
    hints.set(txPackets, { follows: [rxPackets, ...before.map((other) => other + 2)] });
    hints.set(txBytes, { follows: [txPackets, rxBytes, ...before.map((other) => other + 3)] });
    received.push(rxPackets);
    sent.push(txPackets);
  }
  const portsAt = interfaceAt(interfaces);
  for (let which = 0; which < ports; which++) {
    const at = portsAt + which * portColumns;
    hints.set(at + 1, { follows: [at] });
    hints.set(at + 2, { follows: [at] });
    hints.set(at + 3, { follows: [at + 1, at + 2] });
  }
  const hostAt = portsAt + ports * portColumns;
  hints.set(hostAt + tcpAt, { follows: received.slice(0, 4) });
  hints.set(hostAt + tcpAt + 1, { follows: [hostAt + tcpAt, ...sent.slice(0, 4)] });
  hints.set(hostAt + memoryAt + 2, { follows: [hostAt + memoryAt + 1] });
  hints.set(hostAt + cpuAt + 2, { follows: [hostAt + cpuAt] });
  return Array.from({ length: hostAt + hostColumns }, (_, at) => hints.get(at) ?? {});
}

/** A row of a block. */
export function cellsOf(reading: Reading): readonly Cell[] {
  return [
    BigInt(reading.ticks),
    microsecondsOf(reading),
    BigInt(Math.round(reading.arrivedMs)),
    // Uptime runs with the monotonic clock: what differs is 0, or how long the machine slept.
    reading.uptimeSeconds === null
      ? null
      : unsigned(hundredths(reading.uptimeSeconds) - microsecondsOf(reading) / 10_000n),
    whole(reading.bootedAt),
    ...reading.interfaces.flatMap(interfaceCells),
    ...reading.ports.flatMap(portCells),
    ...hostCells(reading.host),
  ];
}

/** What of a reading is wanted: columns that nobody asks for are not decoded. */
export type Wanted = 'all' | 'traffic';

/** A row of a block. */
class Row {
  readonly #columns: Columns;
  readonly #row: number;

  constructor(columns: Columns, row: number) {
    this.#columns = columns;
    this.#row = row;
  }

  cell(at: number): Cell {
    return this.#columns.cell(at, this.#row);
  }

  /** A group of columns; null where nothing of it is known. */
  known(at: number, count: number): readonly Cell[] | null {
    for (let which = at; which < at + count; which++) {
      if (this.cell(which) !== null) return this.#cells(at, count);
    }
    return null;
  }

  #cells(at: number, count: number): readonly Cell[] {
    const cells: Cell[] = [];
    for (let which = at; which < at + count; which++) cells.push(this.cell(which));
    return cells;
  }
}

/** @param wanted `traffic`: nothing is known of the host in what it gives */
export function readingOf(columns: Columns, at: number, key: BlockKey, wanted: Wanted): Reading {
  const row = new Row(columns, at);
  const micros = row.cell(1) ?? 0n;
  const uptime = row.cell(3);
  const portsAt = clockColumns + key.interfaces.length * interfaceColumns;
  return {
    node: key.node,
    bootId: key.bootId,
    netns: key.netns,
    bits: key.bits,
    ticks: Number(row.cell(0) ?? 0n),
    monotonicNs: Number(micros) * 1000,
    arrivedMs: Number(row.cell(arrivedColumn) ?? 0n),
    uptimeSeconds: uptime === null ? null : Number(signed(uptime) + micros / 10_000n) / 100,
    bootedAt: numberOf(row.cell(4)),
    interfaces: key.interfaces.map((facts, which) => ({
      facts,
      ...interfaceOf(row, clockColumns + which * interfaceColumns),
    })),
    ports: key.ports.map((facts, which) => ({
      facts,
      ...portOf(row, portsAt + which * portColumns),
    })),
    host: wanted === 'all' ? hostOf(row, portsAt + key.ports.length * portColumns) : noHost,
  };
}

export const noHost: HostReading = {
  load: null,
  cpu: null,
  memory: null,
  tcp: null,
  tcpTrouble: null,
  ipvs: null,
};

/** Packets before bytes, which are expected by them. */
const counterOrder = [
  'rxPackets',
  'rxBytes',
  'txPackets',
  'txBytes',
  'rxErrors',
  'txErrors',
  'rxDropped',
  'txDropped',
  'carrierChanges',
] as const satisfies readonly InterfaceCounterName[];

/** Where each stands, in the order of names. */
const counterAt = interfaceCounterNames.map((name) => counterOrder.indexOf(name));

function interfaceCells({ counters, hardware = null }: InterfaceReading): readonly Cell[] {
  return [
    ...counterOrder.map((name) => counters[name]),
    ...hardwareCounterNames.map((name) => hardware?.[name] ?? null),
  ];
}

function interfaceOf(row: Row, at: number): Pick<InterfaceReading, 'counters' | 'hardware'> {
  const counters = interfaceCounters(counterAt.map((which) => row.cell(at + which)));
  const hardware = row.known(at + counterColumns, hardwareCounterNames.length);
  return hardware === null ? { counters } : { counters, hardware: hardwareCounters(hardware) };
}

function portCells({ rxData, rxPackets, txData, txPackets, errors }: PortReading): readonly Cell[] {
  return [rxPackets, rxData, txPackets, txData, ...portErrorFiles.map((file) => errors?.[file] ?? null)];
}

function portOf(row: Row, at: number): Omit<PortReading, 'facts'> {
  const errors = row.known(at + 4, portErrorFiles.length);
  const byFile =
    errors && Object.fromEntries(portErrorFiles.map((file, which) => [file, errors[which] ?? null]));
  return {
    rxPackets: row.cell(at),
    rxData: row.cell(at + 1),
    txPackets: row.cell(at + 2),
    txData: row.cell(at + 3),
    errors: byFile,
  };
}

// Groups of the host, each null as a whole where nothing of it is known.
const loadAt = 0;
const cpuAt = 3;
const memoryAt = cpuAt + cpuColumns;
const tcpAt = memoryAt + 3;
const troubleAt = tcpAt + 4;
const ipvsAt = troubleAt + 5;
const softnetAt = ipvsAt + 5;
const conntrackAt = softnetAt + 2;
const hostColumns = conntrackAt + 2;

function hostCells(host: HostReading): readonly Cell[] {
  const { load, cpu, memory, tcp, tcpTrouble: trouble, ipvs, softnet, conntrack } = host;
  return [
    ...[0, 1, 2].map((at) => (load === null ? null : hundredths(load[at] ?? 0))),
    ...cpuCells(cpu),
    ...[memory?.totalKib, memory?.freeKib, memory?.availableKib].map(whole),
    ...[tcp?.inSegments, tcp?.outSegments, tcp?.retransmitted, tcp?.inErrors].map(orNull),
    ...[trouble?.listenOverflows, trouble?.listenDrops, trouble?.timeouts].map(orNull),
    ...[trouble?.synRetransmitted, trouble?.backlogDrops].map(orNull),
    ...[ipvs?.connections, ipvs?.inPackets, ipvs?.outPackets, ipvs?.inBytes, ipvs?.outBytes].map(orNull),
    ...[softnet?.dropped, softnet?.squeezed].map(orNull),
    ...[conntrack?.entries, conntrack?.most].map(whole),
  ];
}

function hostOf(row: Row, at: number): HostReading {
  const load = row.known(at + loadAt, 3);
  const memory = row.known(at + memoryAt, 3);
  const tcp = row.known(at + tcpAt, 4);
  const trouble = row.known(at + troubleAt, 5);
  const ipvs = row.known(at + ipvsAt, 5);
  const softnet = row.known(at + softnetAt, 2);
  const conntrack = row.known(at + conntrackAt, 2);
  const of = (group: readonly Cell[], at: number): Counter => group[at] ?? null;
  return {
    load: load && [Number(of(load, 0)) / 100, Number(of(load, 1)) / 100, Number(of(load, 2)) / 100],
    cpu: cpuOf(row.known(at + cpuAt, cpuColumns)),
    memory: memory && {
      totalKib: numberOf(of(memory, 0)),
      freeKib: numberOf(of(memory, 1)),
      availableKib: numberOf(of(memory, 2)),
    },
    tcp: tcp && {
      inSegments: of(tcp, 0),
      outSegments: of(tcp, 1),
      retransmitted: of(tcp, 2),
      inErrors: of(tcp, 3),
    },
    tcpTrouble: trouble && {
      listenOverflows: of(trouble, 0),
      listenDrops: of(trouble, 1),
      timeouts: of(trouble, 2),
      synRetransmitted: of(trouble, 3),
      backlogDrops: of(trouble, 4),
    },
    ipvs: ipvs && {
      connections: of(ipvs, 0),
      inPackets: of(ipvs, 1),
      outPackets: of(ipvs, 2),
      inBytes: of(ipvs, 3),
      outBytes: of(ipvs, 4),
    },
    ...(softnet === null ? {} : { softnet: { dropped: of(softnet, 0), squeezed: of(softnet, 1) } }),
    ...(conntrack === null
      ? {}
      : { conntrack: { entries: numberOf(of(conntrack, 0)), most: numberOf(of(conntrack, 1)) } }),
  };
}

function cpuCells(cpu: readonly Counter[] | null): readonly Cell[] {
  return Array.from({ length: cpuColumns }, (_, at) => {
    const value = cpu?.[at] ?? null;
    return at === idleColumn && cpu !== null && value !== null
      ? unsigned(value + othersThanIdle(cpu))
      : value;
  });
}

function cpuOf(cells: readonly Cell[] | null): HostReading['cpu'] {
  return (
    cells?.map((value, at) =>
      at === idleColumn && value !== null ? unsigned(value - othersThanIdle(cells)) : value,
    ) ?? null
  );
}

function othersThanIdle(cpu: readonly Cell[]): bigint {
  let sum = 0n;
  for (const [at, value] of cpu.entries()) if (at !== idleColumn) sum += value ?? 0n;
  return sum;
}

function microsecondsOf({ monotonicNs }: Reading): bigint {
  return BigInt(Math.round(monotonicNs / 1000));
}

/** Loads and uptimes have two decimals in /proc. */
function hundredths(value: number): bigint {
  return BigInt(Math.round(value * 100));
}

function whole(value: number | null | undefined): Cell {
  return value === null || value === undefined ? null : BigInt(Math.round(value));
}

function orNull(value: Counter | undefined): Cell {
  return value ?? null;
}

function numberOf(cell: Cell): number | null {
  return cell === null ? null : Number(cell);
}

function unsigned(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}

function signed(value: bigint): bigint {
  return BigInt.asIntN(64, value);
}
