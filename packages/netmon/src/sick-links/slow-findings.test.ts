import { describe, expect, it } from 'vitest';
import { hardwareCounters } from '../model/hardware-counter.ts';
import { type SlowView, slowFindings } from './slow-findings.ts';

const well: SlowView = { cards: [], softnet: null, conntrack: null };
const card = (...last: bigint[]): SlowView => ({
  ...well,
  cards: [
    { name: 'eth0', first: hardwareCounters(last.map(() => 0n)), last: hardwareCounters(last), seconds: 60 },
  ],
});
const softnet = (dropped: bigint): SlowView => ({
  ...well,
  softnet: { first: { dropped: 50n, squeezed: 1n }, last: { dropped, squeezed: 9n } },
});

describe('the slow counters', () => {
  it.each<[string, SlowView, string, RegExp]>([
    [
      'pause frames received',
      card(60_000n, 60n),
      'pause-storm',
      /^1000 pause frames a second received, 1 sent/,
    ],
    ['damaged frames', card(0n, 0n, 3n, 4n), 'damaged-frames', /7 frames or symbols/],
    ['a queue that was reset', card(0n, 0n, 0n, 0n, 0n, 0n, 1n), 'transmit-timeouts', /once/],
    ['a backlog that was full', softnet(1050n), 'softnet-drops', /dropped 1000 packets .* 8 times/],
    [
      'a table that is nearly full',
      { ...well, conntrack: { entries: 255_000, most: 262_144 } },
      'conntrack-full',
      /255000 of 262144/,
    ],
  ])('name %s, why, and what to check', (_, view, kind, why) => {
    const [finding, ...more] = slowFindings('n1', view);
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ node: 'n1', kind });
    expect(finding?.why).toMatch(why);
    expect(finding?.check).not.toBe('');
  });

  it.each<[string, SlowView]>([
    ['nothing is told', well],
    ['nothing grew', card(0n, 0n, 0n)],
    ['flow control does its work', card(300n, 0n)],
    ['a counter fell: it was reset, or wrapped', softnet(4n)],
    ['there is room', { ...well, conntrack: { entries: 1000, most: 262_144 } }],
  ])('say nothing where %s', (_, view) => {
    expect(slowFindings('n1', view)).toEqual([]);
  });
});
