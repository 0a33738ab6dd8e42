// A block: readings of one node with the same key and facts, column by column, compressed. Raw counters and the node's
// clock are kept, not rates, so that a replay goes through the same code as the live table.
import { type Counter, interfaceCounterNames, interfaceCounters } from '../model/counter.ts';
import type { HostReading, Reading } from '../model/reading.ts';
import { portErrorFiles } from '../sampler/port-errors.ts';
import type { BlockKey } from './block-key.ts';
import { type Cell, decodeColumns, encodeColumns } from './column.ts';

/** Ticks and the two clocks go on evenly. */
const steadyColumns = 3;

/** Columns besides those of interfaces and ports, in this order; only ever append, under a new version of the format. */
const hostColumns = 3 + 8 + 3 + 4 + 5 + 5;
const clockColumns = 5;
const portColumns = 4 + portErrorFiles.length;

/** @param readings all of the same {@link BlockKey} */
export function encodeBlock(readings: readonly Reading[]): Uint8Array {
  const rows = readings.map(cellsOf);
  const width = rows[0]?.length ?? 0;
  const columns = Array.from({ length: width }, (_, column) => rows.map((row) => row[column] ?? null));
  return encodeColumns(columns, steadyColumns);
}

/** @throws RangeError, or an error of zlib, for bytes that are no block of `count` readings of this key */
export function decodeBlock(bytes: Uint8Array, key: BlockKey, count: number): readonly Reading[] {
  const width =
    clockColumns +
    hostColumns +
    key.interfaces.length * interfaceCounterNames.length +
    key.ports.length * portColumns;
  const columns = decodeColumns(bytes, width, count);
  return Array.from({ length: count }, (_, row) =>
    readingOf(
      columns.map((column) => column[row] ?? null),
      key,
    ),
  );
}

function cellsOf(reading: Reading): readonly Cell[] {
  const monotonicNs = BigInt(Math.round(reading.monotonicNs));
  return [
    BigInt(reading.ticks),
    monotonicNs,
    BigInt(Math.round(reading.arrivedMs)),
    // Uptime runs with the monotonic clock: what differs is 0, or how long the machine slept.
    reading.uptimeSeconds === null
      ? null
      : BigInt.asUintN(64, hundredths(reading.uptimeSeconds) - monotonicNs / 10_000_000n),
    whole(reading.bootedAt),
    ...hostCells(reading.host),
    ...reading.interfaces.flatMap(({ counters }) => interfaceCounterNames.map((name) => counters[name])),
    ...reading.ports.flatMap(({ rxData, rxPackets, txData, txPackets, errors }) => [
      rxData,
      rxPackets,
      txData,
      txPackets,
      ...portErrorFiles.map((file) => errors?.[file] ?? null),
    ]),
  ];
}

function hostCells({ load, cpu, memory, tcp, tcpTrouble, ipvs }: HostReading): readonly Cell[] {
  return [
    ...[0, 1, 2].map((at) => (load === null ? null : hundredths(load[at] ?? 0))),
    ...Array.from({ length: 8 }, (_, at) => cpu?.[at] ?? null),
    ...[memory?.totalKib, memory?.freeKib, memory?.availableKib].map((value) => whole(value ?? null)),
    ...[tcp?.inSegments, tcp?.outSegments, tcp?.retransmitted, tcp?.inErrors].map(orNull),
    ...[
      tcpTrouble?.listenOverflows,
      tcpTrouble?.listenDrops,
      tcpTrouble?.timeouts,
      tcpTrouble?.synRetransmitted,
      tcpTrouble?.backlogDrops,
    ].map(orNull),
    ...[ipvs?.connections, ipvs?.inPackets, ipvs?.outPackets, ipvs?.inBytes, ipvs?.outBytes].map(orNull),
  ];
}

function readingOf(cells: readonly Cell[], key: BlockKey): Reading {
  const [ticks, monotonicNs, arrivedMs, uptime, bootedAt] = cells;
  const perInterface = interfaceCounterNames.length;
  const interfacesAt = clockColumns + hostColumns;
  const portsAt = interfacesAt + key.interfaces.length * perInterface;
  return {
    node: key.node,
    bootId: key.bootId,
    netns: key.netns,
    bits: key.bits,
    ticks: Number(ticks ?? 0n),
    monotonicNs: Number(monotonicNs ?? 0n),
    arrivedMs: Number(arrivedMs ?? 0n),
    uptimeSeconds:
      uptime === null || uptime === undefined
        ? null
        : Number(BigInt.asIntN(64, uptime) + (monotonicNs ?? 0n) / 10_000_000n) / 100,
    bootedAt: numberOf(bootedAt),
    host: hostOf(cells.slice(clockColumns, interfacesAt)),
    interfaces: key.interfaces.map((facts, at) => {
      const from = interfacesAt + at * perInterface;
      return { facts, counters: interfaceCounters(cells.slice(from, from + perInterface)) };
    }),
    ports: key.ports.map((facts, at) => {
      const [rxData = null, rxPackets = null, txData = null, txPackets = null, ...errors] = cells.slice(
        portsAt + at * portColumns,
        portsAt + (at + 1) * portColumns,
      );
      const known = errors.some((each) => each !== null);
      const byFile = known
        ? Object.fromEntries(portErrorFiles.map((file, which) => [file, errors[which] ?? null]))
        : null;
      return { facts, rxData, rxPackets, txData, txPackets, errors: byFile };
    }),
  };
}

/** A group of which nothing is known is null as a whole. */
function hostOf(cells: readonly Cell[]): HostReading {
  const known = (from: number, count: number) =>
    cells.slice(from, from + count).some((cell) => cell !== null) ? cells.slice(from, from + count) : null;
  const load = known(0, 3);
  const cpu = known(3, 8);
  const memory = known(11, 3);
  const tcp = known(14, 4);
  const trouble = known(18, 5);
  const ipvs = known(23, 5);
  const of = (group: readonly Cell[], at: number): Counter => group[at] ?? null;
  return {
    load: load && [Number(of(load, 0)) / 100, Number(of(load, 1)) / 100, Number(of(load, 2)) / 100],
    cpu,
    memory: memory && {
      totalKib: numberOf(memory[0]),
      freeKib: numberOf(memory[1]),
      availableKib: numberOf(memory[2]),
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
  };
}

/** Loads and uptimes have two decimals in /proc. */
function hundredths(value: number): bigint {
  return BigInt(Math.round(value * 100));
}

function whole(value: number | null): Cell {
  return value === null ? null : BigInt(Math.round(value));
}

function orNull(value: Counter | undefined): Cell {
  return value ?? null;
}

function numberOf(cell: Cell | undefined): number | null {
  return cell === null || cell === undefined ? null : Number(cell);
}
