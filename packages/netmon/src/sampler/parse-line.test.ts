import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { interfaceCounters } from '../model/counter.ts';
import { hardwareCounterNames, hardwareCounters } from '../model/hardware-counter.ts';
import type { Line } from './line.ts';
import { parseLine } from './parse-line.ts';
import { printLine } from './print-line.ts';

const orNull = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null });
const counter = orNull(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }));
const counters = (length: number) => fc.array(counter, { minLength: length, maxLength: length });
const word = fc.stringMatching(/^[a-z][a-z0-9_.@-]{0,14}$/);
const nat = fc.nat();
const hundredths = fc.nat(10_000_000).map((value) => value / 100);

const banner: fc.Arbitrary<Line> = fc.record({
  kind: fc.constant('banner' as const),
  version: nat,
  sampler: word,
  bootId: fc.uuid(),
  netns: nat.map((inode) => `net:[${inode}]`),
  clock: word,
  bits: orNull(fc.constantFrom(32 as const, 64 as const)),
});

const interfaceLine: fc.Arbitrary<Line> = fc.record({
  kind: fc.constant('interface' as const),
  slot: nat,
  facts: fc.record({
    name: fc.stringMatching(/^[!-.0-9;-~]{1,15}$/),
    ifindex: nat,
    iflink: orNull(nat),
    type: orNull(nat),
    mtu: orNull(nat),
    state: orNull(word),
    carrier: orNull(fc.boolean()),
    speedMbit: orNull(fc.integer({ min: 1, max: 800_000 }).filter((speed) => speed !== 65535)),
    duplex: orNull(fc.constantFrom('full' as const, 'half' as const)),
    devtype: orNull(word),
    device: fc.boolean(),
    driver: orNull(word),
    virtualFunction: fc.boolean(),
    master: orNull(nat),
    bond: fc.boolean(),
    bridge: fc.boolean(),
    tun: fc.boolean(),
    card: orNull(fc.constantFrom('8086:1521', 'Intel Corporation I350 Gigabit Network Connection')),
  }),
});

const port: fc.Arbitrary<Line> = fc.record({
  kind: fc.constant('port' as const),
  slot: nat,
  facts: fc
    .record({
      device: word,
      port: nat,
      driver: orNull(word),
      state: orNull(word),
      physicalState: orNull(word),
      rateMbit: orNull(fc.constantFrom(2500, 10_000, 14_000, 100_000, 400_000)),
      rateName: orNull(fc.constantFrom('4X_EDR', '1X_SDR')),
      layer: orNull(word),
    })
    .map((facts) => (facts.rateMbit === null ? { ...facts, rateName: null } : facts)),
});

const sample: fc.Arbitrary<Line> = fc.record({
  kind: fc.constant('sample' as const),
  ticks: nat,
  monotonicNs: fc.maxSafeNat(),
  uptimeSeconds: orNull(hundredths),
  bootedAt: orNull(nat),
  host: fc.record({
    load: orNull(fc.tuple(hundredths, hundredths, hundredths)),
    cpu: orNull(counters(8)),
    memory: orNull(fc.record({ totalKib: orNull(nat), freeKib: orNull(nat), availableKib: orNull(nat) })),
    tcp: orNull(
      fc.record({ inSegments: counter, outSegments: counter, retransmitted: counter, inErrors: counter }),
    ),
    tcpTrouble: orNull(
      fc.record({
        listenOverflows: counter,
        listenDrops: counter,
        timeouts: counter,
        synRetransmitted: counter,
        backlogDrops: counter,
      }),
    ),
    ipvs: orNull(
      fc.record({
        connections: counter,
        inPackets: counter,
        outPackets: counter,
        inBytes: counter,
        outBytes: counter,
      }),
    ),
    softnet: orNull(fc.record({ dropped: counter, squeezed: counter })),
    conntrack: orNull(fc.record({ entries: orNull(nat), most: orNull(nat) })),
  }),
  hardware: fc.uniqueArray(
    fc.record({ slot: nat, counters: counters(hardwareCounterNames.length).map(hardwareCounters) }),
    { maxLength: 2, selector: ({ slot }) => slot },
  ),
  interfaces: fc.array(fc.record({ slot: nat, counters: counters(9).map(interfaceCounters) }), {
    maxLength: 5,
  }),
  ports: fc.uniqueArray(
    fc.record({
      slot: nat,
      rxData: counter,
      rxPackets: counter,
      txData: counter,
      txPackets: counter,
      errors: orNull(counters(13)),
    }),
    { maxLength: 3, selector: ({ slot }) => slot },
  ),
});

describe('a line of the sampler', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(fc.oneof(banner, interfaceLine, port, sample), (line) => {
        expect(parseLine(printLine(line))).toEqual(line);
      }),
    );
  });

  it('is noise if it is none, never an error', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[SIGR] [ -~]*$/)), (text) => {
        const line = parseLine(text);
        expect(line.kind === 'noise' ? line.text : text).toBe(text);
      }),
    );
  });

  it.each([
    'S',
    'S 1',
    'S one 2',
    'S 1 2.5',
    'S 1 2 n:5',
    'S 1 2 nx:5',
    'I 1',
    'I x eth0 ifindex=1',
    'G',
    'G -1',
    'R 0 mlx5_0',
    'heorot-netmon',
    'heorot-netmon 1 sampler=awk',
    'Welcome to node 7',
    '',
  ])('%j is noise', (text) => {
    expect(parseLine(text)).toEqual({ kind: 'noise', text });
  });

  it.each([
    ['-1', null],
    ['0', null],
    ['65535', null],
    ['4294967295', null],
    ['1000', 1000],
  ])('a speed of %s is %j', (speed, speedMbit) => {
    expect(parseLine(`I 0 eth0 ifindex=2 speed=${speed}`)).toMatchObject({ facts: { speedMbit } });
  });

  it('skips words of later versions, and takes what is missing for unknown', () => {
    expect(parseLine('S 7 1000 zNEW u1.50 n0:5,-,x')).toMatchObject({
      ticks: 7,
      uptimeSeconds: 1.5,
      interfaces: [{ slot: 0, counters: { rxBytes: 5n, rxPackets: null, rxErrors: null, txBytes: null } }],
    });
  });
});
