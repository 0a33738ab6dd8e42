import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { interfaceCounters } from '../model/counter.ts';
import type { Reading } from '../model/reading.ts';
import { interfaceFacts, portFacts, reading } from '../rates/testing/readings.fixture.ts';
import { portErrorFiles } from '../sampler/port-errors.ts';
import { decodeBlock, encodeBlock } from './block.ts';
import { parseBlockKey, printBlockKey } from './block-key.ts';
import { decodeColumns, encodeColumns } from './column.ts';
import { busyReadings } from './testing/busy-node.fixture.ts';

const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const small = fc.bigInt({ min: 0n, max: 300n });
const cell = fc.option(fc.oneof(u64, small), { nil: null });
/** Narrow ones, and such as need all 64 bits. */
const cells = (length: number) =>
  fc.oneof(
    fc.array(cell, { minLength: length, maxLength: length }),
    fc.array(fc.option(small, { nil: null }), { minLength: length, maxLength: length }),
  );
const hint = fc.record({ clock: fc.boolean(), follows: fc.array(fc.nat(5), { maxLength: 3 }) });
const orNull = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null });
/** A group of which nothing is known is null, not a group of nulls. */
const group = (length: number) => orNull(cells(length).filter((all) => all.some((each) => each !== null)));
const hundredths = fc.nat(1_000_000_000).map((value) => value / 100);

const readings: fc.Arbitrary<Reading> = fc
  .record({
    ticks: fc.nat(),
    monotonicNs: fc.nat(2 ** 31 - 1).map((micros) => micros * 1_000_000),
    arrivedMs: fc.maxSafeNat(),
    uptimeSeconds: orNull(hundredths),
    bootedAt: orNull(fc.nat()),
    load: orNull(fc.tuple(hundredths, hundredths, hundredths)),
    cpu: group(8),
    tcp: group(4),
    ipvs: group(5),
    interfaces: cells(18),
    ports: cells(4),
    errors: group(portErrorFiles.length),
  })
  .map(({ load, cpu, tcp, ipvs, interfaces, ports, errors, ...clocks }) =>
    reading(1, {
      ...clocks,
      interfaces: [
        { facts: interfaceFacts(), counters: interfaceCounters(interfaces.slice(0, 9)) },
        {
          facts: interfaceFacts({ name: 'lo', ifindex: 1 }),
          counters: interfaceCounters(interfaces.slice(9)),
        },
      ],
      ports: [
        {
          facts: portFacts(),
          rxData: ports[0] ?? null,
          rxPackets: ports[1] ?? null,
          txData: ports[2] ?? null,
          txPackets: ports[3] ?? null,
          errors: errors && Object.fromEntries(portErrorFiles.map((file, at) => [file, errors[at] ?? null])),
        },
      ],
      host: {
        load,
        cpu,
        memory: null,
        tcp: tcp && {
          inSegments: tcp[0] ?? null,
          outSegments: tcp[1] ?? null,
          retransmitted: tcp[2] ?? null,
          inErrors: tcp[3] ?? null,
        },
        tcpTrouble: null,
        ipvs: ipvs && {
          connections: ipvs[0] ?? null,
          inPackets: ipvs[1] ?? null,
          outPackets: ipvs[2] ?? null,
          inBytes: ipvs[3] ?? null,
          outBytes: ipvs[4] ?? null,
        },
      },
    }),
  );

describe('columns', () => {
  it('are read as they were written', () => {
    const columns = fc
      .nat(30)
      .chain((count) => fc.array(cells(count), { maxLength: 6 }).map((all) => ({ all, count })));
    fc.assert(
      fc.property(columns, fc.array(hint, { maxLength: 6 }), ({ all, count }, hints) => {
        const possible = hints.map(({ clock, follows }, at) => ({
          clock,
          follows: follows.filter((other) => other < at),
        }));
        const read = all.map((): (bigint | null)[] => []);
        for (const row of decodeColumns(encodeColumns(all, possible), all.length, count)) {
          for (const [at, column] of read.entries()) column.push(row.cell(at));
        }
        expect(read).toEqual(all);
      }),
    );
  });

  it('of nothing, or of counters that stand still, cost next to nothing', () => {
    const still = Array.from({ length: 1000 }, () => 12_345_678n);
    const nothing = Array.from({ length: 1000 }, () => null);
    expect(encodeColumns([still, nothing, still]).length).toBeLessThan(30);
  });
});

describe('a block', () => {
  it('gives back the readings it was made of, to the last bit', () => {
    fc.assert(
      fc.property(fc.array(readings, { minLength: 1, maxLength: 8 }), (all) => {
        const [first] = all;
        const key = parseBlockKey('n1', first === undefined ? '' : printBlockKey(first));
        expect([...decodeBlock(encodeBlock(all), key, all.length)]).toEqual(all);
      }),
    );
  });

  it('keeps a reading of a busy node in fewer bytes than its counters have digits', () => {
    const all = busyReadings('n1', 600);
    expect(encodeBlock(all).length / all.length).toBeLessThan(11);
  });

  it.each([
    ['is cut off', (bytes: Uint8Array) => bytes.subarray(0, bytes.length >> 1), /damaged/],
    ['holds fewer readings than it should', (bytes: Uint8Array) => bytes, /too early/],
  ])('that %s is an error', (_, damage, message) => {
    const all = busyReadings('n1', 10);
    const [first = reading(1)] = all;
    const bytes = damage(encodeBlock(all));
    expect(() => [...decodeBlock(bytes, parseBlockKey('n1', printBlockKey(first)), 5000)]).toThrow(message);
  });
});
