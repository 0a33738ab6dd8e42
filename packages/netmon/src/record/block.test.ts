import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { interfaceCounters } from '../model/counter.ts';
import type { Reading } from '../model/reading.ts';
import { interfaceFacts, portFacts, reading } from '../rates/testing/readings.fixture.ts';
import { portErrorFiles } from '../sampler/port-errors.ts';
import { decodeBlock, encodeBlock } from './block.ts';
import { parseBlockKey, printBlockKey } from './block-key.ts';
import { decodeColumns } from './decode-columns.ts';
import { encodeColumns } from './encode-columns.ts';
import { noHost } from './reading-cells.ts';
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
        const read = decodeColumns(encodeColumns(all, possible), all.length, count);
        // The last first: what a column follows is decoded when it is needed.
        const columns = all
          .toReversed()
          .map((cells, back) => cells.map((_, row) => read.cell(all.length - 1 - back, row)));
        expect(columns.toReversed()).toEqual(all);
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
        expect([...decodeBlock(encodeBlock(all), key)]).toEqual(all);
      }),
    );
  });

  it('keeps a reading of a busy node in fewer bytes than its counters have digits', () => {
    const all = busyReadings('n1', 600);
    expect(encodeBlock(all).length / all.length).toBeLessThan(11);
  });

  it('is blocks one behind another; a reader begins with the part that has what it wants', () => {
    const all = busyReadings('n1', 90);
    const [first = reading(1)] = all;
    const key = parseBlockKey('n1', printBlockKey(first));
    const bytes = Buffer.concat([0, 30, 60].map((at) => encodeBlock(all.slice(at, at + 30))));
    expect([...decodeBlock(bytes, key)]).toEqual(all);
    expect([...decodeBlock(bytes, key, { fromMs: all[70]?.arrivedMs ?? 0 })]).toEqual(all.slice(70));
    const traffic = all.slice(70).map((each) => ({ ...each, host: noHost }));
    const wanted = { fromMs: all[70]?.arrivedMs ?? 0, wanted: 'traffic' } as const;
    expect([...decodeBlock(bytes, key, wanted)]).toEqual(traffic);
  });

  it('that is cut off or changed anywhere is an error, never another reading', () => {
    const all = busyReadings('n1', 10);
    const [first = reading(1)] = all;
    const key = parseBlockKey('n1', printBlockKey(first));
    const bytes = encodeBlock(all);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const changed = Uint8Array.from(bytes, (byte, each) => (each === at ? byte ^ by : byte));
        expect(() => [...decodeBlock(changed, key)]).toThrow(RangeError);
        expect(() => [...decodeBlock(bytes.subarray(0, Math.max(1, at)), key)]).toThrow(RangeError);
      }),
    );
  });
});
