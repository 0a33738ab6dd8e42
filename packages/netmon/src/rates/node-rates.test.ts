import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Reading } from '../model/reading.ts';
import type { InterfaceSample, NodeSample, PortSample } from '../model/sample.ts';
import { type Advance, advanceNode, type NodeState } from './node-rates.ts';
import { port, portFacts, quietHost, reading } from './testing/readings.fixture.ts';

const options = { intervalMs: 1000 };

/** The readings one after another, and what each gave. */
function run(readings: readonly Reading[]): readonly Advance[] {
  let state: NodeState | undefined;
  return readings.map((each) => {
    const advance = advanceNode(state, each, options);
    state = advance.state;
    return advance;
  });
}

const last = (readings: readonly Reading[]): Advance => {
  const advance = run(readings).at(-1);
  if (advance === undefined) throw new Error('no readings');
  return advance;
};

const onInterface = ({ samples }: Advance, name = 'eth0'): InterfaceSample | undefined =>
  samples.find((sample): sample is InterfaceSample => sample.type === 'sample' && sample.interface === name);

const onNode = ({ samples }: Advance): NodeSample | undefined =>
  samples.find((sample): sample is NodeSample => sample.type === 'sample' && sample.interface === null);

const onPort = ({ samples }: Advance): PortSample | undefined =>
  samples.find((sample) => sample.type === 'port');

const eventNames = ({ events }: Advance) => events.map(({ event }) => event);

const busy = { rxBytes: 1_000_000n, rxPackets: 1000n, txBytes: 2_000_000n, txPackets: 2000n };

describe('a rate', () => {
  it('is the growth of a counter over the time of the node, whenever it arrived', () => {
    const advance = last([
      reading(10, { interfaces: [port(busy)] }),
      reading(12, { interfaces: [port({ ...busy, rxBytes: 1_003_000n })], arrivedMs: 99_000 }),
    ]);
    expect(onInterface(advance)).toMatchObject({
      span: 2,
      seconds: 2,
      rxBytesPerSecond: 1500,
      txBytesPerSecond: 0,
      rxBytes: 1_003_000n,
      utilisation: (1500 * 8) / 10e9,
      counted: true,
    });
    expect(eventNames(advance)).toEqual([]);
  });

  it('is unknown at the first reading', () => {
    const advance = last([reading(10, { interfaces: [port(busy)] })]);
    expect(onInterface(advance)).toMatchObject({ span: null, rxBytesPerSecond: null, rxBytes: 1_000_000n });
    expect(onNode(advance)).toMatchObject({ rxBytesPerSecond: null, cpuBusy: null });
    expect(eventNames(advance)).toEqual(['first-reading']);
  });

  it('has no share of a link of unknown speed', () => {
    const interfaces = [port(busy, { speedMbit: null })];
    expect(onInterface(last([reading(1, { interfaces }), reading(2, { interfaces })]))).toMatchObject({
      rxBytesPerSecond: 0,
      utilisation: null,
    });
  });
});

const more = { rxBytes: 1_500_000n, rxPackets: 1500n, txBytes: 2_500_000n, txPackets: 2500n };
const small = { rxBytes: 5n, rxPackets: 1n, txBytes: 6n, txPackets: 1n };

describe('every fault leaves the rate unknown and has a name', () => {
  it.each<[string, Partial<Reading>, string]>([
    ['a reboot', { bootId: 'boot-2', interfaces: [port(more)] }, 'rebooted'],
    ['another network namespace', { netns: 'net:[2]', interfaces: [port(more)] }, 'namespace-changed'],
    ['an interface made anew', { interfaces: [port(more, { ifindex: 3 })] }, 'interface-recreated'],
    ['a reset by the driver', { interfaces: [port(small)] }, 'counters-reset'],
    ['all counters read as 0', { interfaces: [port()] }, 'counters-reset'],
    ['a machine that slept', { interfaces: [port(more)], uptimeSeconds: 3600 }, 'suspended'],
    [
      'counters that cannot be read',
      { interfaces: [port({ rxBytes: null, rxPackets: null, txBytes: null, txPackets: null })] },
      'counter-unreadable',
    ],
  ])('%s', (_, second, name) => {
    const advance = last([reading(1, { interfaces: [port(busy)] }), reading(2, second)]);
    expect(onInterface(advance)).toMatchObject({ rxBytesPerSecond: null, txPacketsPerSecond: null });
    expect(onNode(advance)).toMatchObject({ rxBytesPerSecond: null });
    expect(eventNames(advance)).toEqual([name]);
  });

  it('a baseline after a fault gives the next rate', () => {
    const advance = last([
      reading(1, { interfaces: [port(busy)] }),
      reading(2, { interfaces: [port(small)] }),
      reading(3, { interfaces: [port({ ...small, rxBytes: 105n })] }),
    ]);
    expect(onInterface(advance)).toMatchObject({ rxBytesPerSecond: 100, txBytesPerSecond: 0 });
  });

  it('a zero read is no rate, and its return neither', () => {
    const advances = run([
      reading(1, { interfaces: [port(busy)] }),
      reading(2, { interfaces: [port({ ...more, rxBytes: 0n })] }),
      reading(3, { interfaces: [port({ ...more, rxBytes: 1_600_000n })] }),
      reading(4, { interfaces: [port({ ...more, rxBytes: 1_700_000n })] }),
    ]);
    expect(advances.map((each) => onInterface(each)?.rxBytesPerSecond)).toEqual([null, null, null, 100_000]);
    expect(advances.map((each) => onInterface(each)?.txBytesPerSecond)).toEqual([null, 500_000, 0, 0]);
    expect(advances.map(eventNames)).toEqual([
      ['first-reading'],
      ['counter-decreased'],
      ['counter-returned'],
      [],
    ]);
  });

  it('a zero read that lasts is unknown at first, and its return never a rate', () => {
    const zero = port({ ...busy, rxBytes: 0n });
    const readings = [2, 3, 4, 5, 6].map((second) => reading(second, { interfaces: [zero] }));
    const advances = run([
      reading(1, { interfaces: [port(busy)] }),
      ...readings,
      reading(7, { interfaces: [port(more)] }),
    ]);
    expect(advances.map((each) => onInterface(each)?.rxBytesPerSecond)).toEqual([
      null,
      null,
      null,
      null,
      0,
      0,
      null,
    ]);
  });

  it('duplicates and late readings are dropped: nothing is counted twice or backwards', () => {
    const advances = run([
      reading(1, { interfaces: [port(busy)] }),
      reading(3, { interfaces: [port(more)] }),
      reading(3, { interfaces: [port(more)] }),
      reading(2, { interfaces: [port(busy)] }),
      reading(4, { interfaces: [port({ ...more, rxBytes: 1_500_100n })] }),
    ]);
    expect(advances.map(({ samples }) => samples.length)).toEqual([2, 2, 0, 0, 2]);
    expect(advances.slice(2, 4).map(eventNames)).toEqual([['duplicate'], ['late']]);
    expect(advances.map((each) => onInterface(each)?.rxBytesPerSecond ?? null)).toEqual([
      null,
      250_000,
      null,
      null,
      100,
    ]);
  });

  it('an interface that comes or goes is said, and the sum of the node is unknown meanwhile', () => {
    const eth1 = port(busy, { name: 'eth1', ifindex: 3 });
    const advances = run([
      reading(1, { interfaces: [port(busy)] }),
      reading(2, { interfaces: [port(busy), eth1] }),
      reading(3, { interfaces: [port(busy), eth1] }),
      reading(4, { interfaces: [port(busy)] }),
    ]);
    expect(advances.map(eventNames)).toEqual([
      ['first-reading'],
      ['interface-added'],
      [],
      ['interface-removed'],
    ]);
    expect(advances.map((each) => onNode(each)?.rxBytesPerSecond)).toEqual([null, null, 0, null]);
  });
});

describe('what does not touch a rate is said beside it', () => {
  it('a wall clock that is stepped', () => {
    const advances = run([
      reading(1, { interfaces: [port(busy)], bootedAt: 1_790_000_000 }),
      reading(2, { interfaces: [port(busy)] }),
      reading(3, { interfaces: [port(more)], bootedAt: 1_790_003_600 }),
    ]);
    expect(onInterface(advances[2] ?? last([]))?.rxBytesPerSecond).toBe(500_000);
    expect(advances[2]?.events).toMatchObject([
      { event: 'clock-stepped', detail: 'wall clock moved by 3600 s' },
    ]);
  });

  it('a carrier that flaps and a speed that changes', () => {
    const advance = last([
      reading(1, { interfaces: [port(busy)] }),
      reading(2, { interfaces: [port({ ...more, carrierChanges: 4n }, { speedMbit: 1000 })] }),
    ]);
    expect(onInterface(advance)?.rxBytesPerSecond).toBe(500_000);
    expect(advance.events.map(({ detail }) => detail)).toEqual([
      'eth0: carrier changed 2 times',
      'eth0: speed 10000 Mbit/s -> 1000 Mbit/s',
    ]);
  });
});

describe('a counter that wraps', () => {
  const near = { ...busy, rxBytes: 2n ** 32n - 1000n };
  const past = { ...more, rxBytes: 2000n };
  const after = (bits: Reading['bits'], speedMbit: number | null, wrapped = past) =>
    last([
      reading(1, { bits, interfaces: [port(near, { speedMbit })] }),
      reading(2, { bits, interfaces: [port(wrapped, { speedMbit })] }),
    ]);

  it('is followed where it has 32 bits and the link can carry no more', () => {
    expect(onInterface(after(32, 1000))?.rxBytesPerSecond).toBe(3000);
    expect(eventNames(after(32, 1000))).toEqual(['counter-wrapped']);
  });

  it.each<[string, Advance]>([
    ['its width is not known', after(null, 1000)],
    ['it has 64 bits', after(64, 1000)],
    ['the speed is not known', after(32, null)],
    ['the link is slower than that', after(32, 1, { ...past, rxBytes: 200_000n })],
    ['all the others fell with it', after(32, 1000, { ...small, rxBytes: 2000n })],
  ])('is unknown where %s', (_, advance) => {
    expect(onInterface(advance)?.rxBytesPerSecond).toBeNull();
    expect(eventNames(advance)).toEqual(['counters-reset']);
  });
});

describe('the integral of all printed rates', () => {
  /** Bytes a millisecond, up to the 10 Gbit/s of the link. */
  const grown = fc.bigInt({ min: 0n, max: 1_250_000n });
  /** Milliseconds to the next reading, what flowed meanwhile, and what happens to the reading. */
  const step = fc.record({
    ms: fc.integer({ min: 1, max: 5000 }),
    rx: grown,
    tx: grown,
    fate: fc.constantFrom('kept', 'kept', 'kept', 'lost', 'doubled', 'late'),
  });

  it('is the last counter minus the first, to the byte, over lost, doubled and late readings, beyond 2^53', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 40 }),
        fc.bigInt({ min: 0n, max: 2n ** 63n }),
        (steps, start) => {
          const readings: Reading[] = [
            reading(1, { interfaces: [port({ rxBytes: start, txBytes: start })] }),
          ];
          let at = { ns: 1e9, rx: start, tx: start };
          for (const { ms, rx, tx, fate } of steps) {
            at = { ns: at.ns + ms * 1e6, rx: at.rx + rx * BigInt(ms), tx: at.tx + tx * BigInt(ms) };
            const next = reading(1, {
              monotonicNs: at.ns,
              uptimeSeconds: null,
              interfaces: [port({ rxBytes: at.rx, txBytes: at.tx })],
            });
            const before = readings.at(-1) ?? next;
            if (fate !== 'lost') readings.push(next);
            if (fate === 'doubled') readings.push(next);
            if (fate === 'late') readings.push(before);
          }
          const integral = (
            side: 'rxBytesPerSecond' | 'txBytesPerSecond',
            of: typeof onNode | typeof onInterface,
          ) =>
            run(readings).reduce((sum, advance) => {
              const sample = of(advance);
              return sum + BigInt(Math.round((sample?.[side] ?? 0) * (sample?.seconds ?? 0)));
            }, 0n);
          const newest = readings.toSorted((a, b) => a.monotonicNs - b.monotonicNs).at(-1)
            ?.interfaces[0]?.counters;
          expect(integral('rxBytesPerSecond', onInterface)).toBe((newest?.rxBytes ?? 0n) - start);
          expect(integral('txBytesPerSecond', onNode)).toBe((newest?.txBytes ?? 0n) - start);
        },
      ),
    );
  });

  it('holds nothing false whatever befalls the node: each printed rate is what flowed', () => {
    const fate = fc.constantFrom(
      'none',
      'none',
      'none',
      'reset',
      'recreated',
      'zero-one',
      'zero-all',
      'reboot',
      'unreadable',
    );
    const faults = fc.array(fc.record({ rx: fc.nat(1_000_000), fate }), { maxLength: 60 });
    fc.assert(
      fc.property(faults, (steps) => {
        let state: NodeState | undefined;
        // What truly flowed, and how much of it the present counters have not seen.
        let flowed = 10n ** 12n;
        let unseen = 0n;
        let [ifindex, boot, seen] = [2, 1, flowed];
        let [readAbove, zeros] = [false, 0];
        for (const [at, { rx, fate: drawn }] of steps.entries()) {
          // A young counter that reads 0 may be reset or misread: no one can tell. An old one is told by the link's speed.
          // So is one that was never read above 0, and one that reads 0 for long.
          const ambiguous = drawn.startsWith('zero') && (unseen > 0n || !readAbove || zeros === 3);
          // So is one that was reset under the same index and outgrew its old value before it was read again.
          const outgrown = drawn === 'reset' && flowed - unseen <= BigInt(rx);
          const what = ambiguous || outgrown ? 'none' : drawn;
          zeros = what.startsWith('zero') ? zeros + 1 : 0;
          if (zeros === 0) readAbove = what !== 'unreadable';
          if (what === 'reset' || what === 'recreated' || what === 'reboot') unseen = flowed;
          if (what === 'recreated') ifindex++;
          if (what === 'reboot') boot++;
          flowed += BigInt(rx);
          const value = flowed - unseen;
          const values = { rxBytes: value, rxPackets: value, txBytes: value, txPackets: value };
          const shown =
            what === 'zero-one'
              ? { ...values, rxBytes: 0n }
              : what === 'unreadable'
                ? { ...values, rxBytes: null }
                : values;
          const next = reading(at + 1, {
            bootId: `boot-${boot}`,
            interfaces: [port(what === 'zero-all' ? {} : shown, { ifindex })],
          });
          const advance = advanceNode(state, next, options);
          state = advance.state;
          const sample = onInterface(advance);
          const printed = sample?.rxBytesPerSecond ?? null;
          expect({ at, printed }).toEqual({ at, printed: printed === null ? null : Number(flowed - seen) });
          seen = flowed;
        }
      }),
    );
  });
});

describe('the sum of a node', () => {
  it('counts each frame once: the ports of a bond, not the bond, its VLANs and bridges', () => {
    const at = (second: number, bytes: bigint) =>
      reading(second, {
        interfaces: [
          port({ rxBytes: bytes }, { name: 'eno1', ifindex: 2, master: 4 }),
          port({ rxBytes: bytes }, { name: 'eno2', ifindex: 3, master: 4 }),
          port({ rxBytes: bytes * 2n }, { name: 'bond0', ifindex: 4, device: false, bond: true }),
          port(
            { rxBytes: bytes * 2n },
            { name: 'bond0.1', ifindex: 5, iflink: 4, device: false, devtype: 'vlan' },
          ),
          port({ rxBytes: bytes }, { name: 'lo', ifindex: 1, type: 772, device: false }),
        ],
      });
    expect(onNode(last([at(1, 0n), at(2, 1000n)]))?.rxBytesPerSecond).toBe(2000);
  });

  it('has the figures of the host: processor, memory, retransmissions, IPVS', () => {
    const host = (busyTicks: bigint, sent: bigint, again: bigint, bytes: bigint) => ({
      ...quietHost,
      load: [0.5, 0.4, 0.3] as const,
      cpu: [busyTicks, 0n, 0n, 100n + busyTicks * 3n, 0n, 0n, 0n, 0n],
      memory: { totalKib: 1000, freeKib: 100, availableKib: 250 },
      tcp: { inSegments: 0n, outSegments: sent, retransmitted: again, inErrors: 0n },
      ipvs: { connections: bytes, inPackets: 0n, outPackets: 0n, inBytes: bytes, outBytes: 0n },
    });
    const advance = last([
      reading(1, { host: host(0n, 0n, 0n, 0n) }),
      reading(2, { host: host(25n, 1000n, 20n, 512n) }),
    ]);
    expect(onNode(advance)).toMatchObject({
      load1: 0.5,
      cpuBusy: 0.25,
      memoryUsed: 0.75,
      retransmitRatio: 0.02,
      ipvsInBytesPerSecond: 512,
      ipvsConnectionsPerSecond: 512,
    });
  });
});

describe('the rate of an RDMA port', () => {
  const at = (second: number, data: bigint | null, packets: bigint, driver: string) =>
    reading(second, {
      ports: [
        {
          facts: portFacts({ driver }),
          rxData: data,
          rxPackets: packets,
          txData: null,
          txPackets: null,
          errors: null,
        },
      ],
    });

  it.each([
    ['counts in words of 4 octets, whatever the lanes, for Mellanox', 'mlx5_core', 1000n, 10n, 4000],
    ['is unknown for a driver that is not in the table', 'newdrv', 1000n, 10n, null],
    ['is unknown where so many bytes do not fit in the packets', 'mlx5_core', 100_000n, 10n, null],
  ])('%s', (_, driver, data, packets, rate) => {
    const sample = onPort(last([at(1, 0n, 0n, driver), at(2, data, packets, driver)]));
    expect(sample).toMatchObject({
      port: 'mlx5_0/1',
      rxBytesPerSecond: rate,
      rxPacketsPerSecond: 10,
      txBytesPerSecond: null,
    });
  });

  it('is unknown while a 32-bit counter stands at its top', () => {
    const top = 2n ** 32n - 1n;
    expect(
      onPort(last([at(1, top - 10n, 0n, 'mlx4_core'), at(2, top, 10n, 'mlx4_core')]))?.rxBytesPerSecond,
    ).toBeNull();
  });

  it('is unknown over a reset, which is said', () => {
    const advance = last([at(1, 1000n, 10n, 'mlx5_core'), at(2, 10n, 1n, 'mlx5_core')]);
    expect(onPort(advance)).toMatchObject({ rxBytesPerSecond: null, rxPacketsPerSecond: null });
    expect(eventNames(advance)).toEqual(['counters-reset']);
  });
});
