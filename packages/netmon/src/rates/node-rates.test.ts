import { describe, expect, it } from 'vitest';
import type { Reading } from '../model/reading.ts';
import type { Advance } from './node-rates.ts';
import { port, reading } from './testing/readings.fixture.ts';
import { eventNames, last, onInterface, onNode, run } from './testing/run-readings.fixture.ts';

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
