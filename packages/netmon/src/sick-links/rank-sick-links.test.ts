import { describe, expect, it } from 'vitest';
import type { InterfaceFacts, PortFacts } from '../model/interface-facts.ts';
import type { PortReading } from '../model/reading.ts';
import type { NetEvent, Sample } from '../model/sample.ts';
import { advanceNode, type NodeState } from '../rates/node-rates.ts';
import { interfaceFacts, port, portFacts, quietHost, reading } from '../rates/testing/readings.fixture.ts';
import type { NodeView } from './link-view.ts';
import { rankSickLinks } from './rank-sick-links.ts';

interface Health {
  readonly bytesPerSecond?: number;
  readonly sentBytesPerSecond?: number;
  readonly errorsPerSecond?: number;
  readonly dropsPerSecond?: number;
  readonly retransmitRatio?: number;
  readonly facts?: Partial<InterfaceFacts>;
}

/** A node over ten seconds, sampled through the real rates. */
function node(name: string, health: Health = {}, group = 'r1'): NodeView {
  const {
    bytesPerSecond = 11_000_000,
    sentBytesPerSecond = 11_000_000,
    errorsPerSecond = 0,
    dropsPerSecond = 0,
    retransmitRatio = 0,
  } = health;
  const facts = interfaceFacts({ speedMbit: 1000, ...health.facts });
  const samples: Sample[] = [];
  const events: NetEvent[] = [];
  let state: NodeState | undefined;
  for (let second = 1; second <= 10; second++) {
    const grown = (perSecond: number) => BigInt(Math.round(perSecond * second));
    const next = reading(second, {
      node: name,
      interfaces: [
        port(
          {
            rxBytes: grown(bytesPerSecond),
            rxPackets: grown(bytesPerSecond / 1000),
            rxErrors: grown(errorsPerSecond),
            txBytes: grown(sentBytesPerSecond),
            txDropped: grown(dropsPerSecond),
          },
          facts,
        ),
      ],
      host: {
        ...quietHost,
        tcp: {
          inSegments: 0n,
          outSegments: grown(10_000),
          retransmitted: grown(10_000 * retransmitRatio),
          inErrors: 0n,
        },
      },
    });
    const advance = advanceNode(state, next, { intervalMs: 1000 });
    state = advance.state;
    samples.push(...advance.samples);
    events.push(...advance.events);
  }
  return { node: name, group, facts: [facts], samples, events, ports: [] };
}

const healthy = (count: number, group = 'r1') =>
  Array.from({ length: count }, (_, at) => node(`${group}n${at + 1}`, {}, group));

const kinds = (views: readonly NodeView[]) =>
  rankSickLinks(views).map((found) => `${found.node} ${found.kind}`);

describe('sick links', () => {
  it('are none among healthy ones, busy or idle', () => {
    expect(
      rankSickLinks([...healthy(8), node('idle', { bytesPerSecond: 100, sentBytesPerSecond: 100 })]),
    ).toEqual([]);
  });

  it('are led, within ten samples, by a link shaped to 7 Mbit/s among 64 peers', () => {
    const sick = node('n42', { bytesPerSecond: 875_000, sentBytesPerSecond: 0, retransmitRatio: 0.03 });
    const [first] = rankSickLinks([...healthy(63), sick]);
    expect(first).toMatchObject({ node: 'n42', link: 'eth0', kind: 'below-peers' });
    expect(first?.why).toBe(
      'carries 7.0 Mbit/s while half of its peers carry more than 176.0, and wants more: 3.0 % retransmitted',
    );
  });

  it('are found by what they send, however much they receive', () => {
    const sick = node('n42', { sentBytesPerSecond: 875_000, retransmitRatio: 0.005 });
    expect(rankSickLinks([...healthy(8), sick])).toMatchObject([
      {
        node: 'n42',
        kind: 'below-peers',
        why: expect.stringContaining('sends 7.0 Mbit/s while half of its peers send'),
      },
    ]);
  });

  it.each<[string, Health, readonly string[]]>([
    ['a speed below that of its peers', { facts: { speedMbit: 100 } }, ['sick slower-than-peers']],
    ['half duplex', { facts: { duplex: 'half' } }, ['sick half-duplex']],
    ['errors', { errorsPerSecond: 5 }, ['sick errors']],
    ['drops', { dropsPerSecond: 100 }, ['sick drops']],
    ['retransmissions', { retransmitRatio: 0.05 }, ['sick retransmits']],
    [
      'little traffic that wants more',
      { bytesPerSecond: 1000, sentBytesPerSecond: 1000, dropsPerSecond: 1 },
      ['sick below-peers', 'sick drops'],
    ],
    ['no carrier', { facts: { carrier: false } }, ['sick no-carrier']],
    ['no speed told', { facts: { speedMbit: null } }, []],
    ['a speed above that of its peers', { facts: { speedMbit: 10_000 } }, []],
    ['a bridge, which is not counted', { errorsPerSecond: 5, facts: { bridge: true, device: false } }, []],
  ])('with %s', (_, health, expected) => {
    expect(kinds([...healthy(4), node('sick', health)])).toEqual(expected);
  });

  it('are told by carriers that came and went', () => {
    const flapped: NetEvent = {
      type: 'event',
      node: 'n1',
      event: 'carrier-flapped',
      detail: '',
      time: '',
      interface: 'eth0',
    };
    const view = node('n1');
    expect(rankSickLinks([{ ...view, events: [flapped, flapped] }])).toMatchObject([
      { kind: 'carrier-flaps', why: 'the carrier came and went 2 times' },
    ]);
  });

  it('are compared within their group only', () => {
    const slowRack = Array.from({ length: 4 }, (_, at) =>
      node(`s${at}`, { facts: { speedMbit: 100 } }, 'old'),
    );
    expect(kinds([...healthy(4), ...slowRack])).toEqual([]);
  });

  it('are compared with links of the same name: data with data, administration with administration', () => {
    const two = (name: string, data: Partial<InterfaceFacts>, retransmitRatio = 0): NodeView => {
      const busy = node(name, { bytesPerSecond: 5e8, sentBytesPerSecond: 5e8, retransmitRatio });
      const quiet = node(name, {
        bytesPerSecond: 10,
        sentBytesPerSecond: 10,
        facts: { name: 'eno1', ifindex: 7 },
      });
      const spare = node(name, {
        bytesPerSecond: 0,
        sentBytesPerSecond: 0,
        facts: { name: 'eno2', ifindex: 8 },
      });
      const facts = [busy, quiet, spare].flatMap((each) => each.facts);
      const samples = [busy, quiet, spare].flatMap((each) => each.samples);
      const [eth0, ...others] = facts;
      if (eth0 === undefined) throw new Error('no link');
      return { ...busy, facts: [{ ...eth0, speedMbit: 100_000, ...data }, ...others], samples };
    };
    const well = ['n1', 'n2', 'n3', 'n4'].map((name) => two(name, {}));
    expect(rankSickLinks([...well, two('sick', { speedMbit: 25_000 }, 0.005)])).toMatchObject([
      { node: 'sick', link: 'eth0', kind: 'slower-than-peers' },
    ]);
  });

  it('are the dead legs of bonds, and no ports that are used nowhere', () => {
    const legs = (name: string, second: boolean): NodeView => {
      const view = node(name);
      const bond = interfaceFacts({ name: 'bond0', ifindex: 9, bond: true, device: false });
      const [one, two, spare] = ['eth0', 'eth1', 'eth2'].map((each, at) =>
        interfaceFacts({
          name: each,
          ifindex: 2 + at,
          speedMbit: 1000,
          carrier: at === 0 || (at === 1 && second),
        }),
      );
      if (one === undefined || two === undefined || spare === undefined) throw new Error('no legs');
      return { ...view, facts: [{ ...one, master: 9 }, { ...two, master: 9 }, spare, bond] };
    };
    expect(rankSickLinks([legs('n1', true), legs('n2', false)])).toMatchObject([
      { node: 'n2', link: 'eth1', kind: 'no-carrier', why: expect.stringContaining('bond') },
    ]);
  });

  it('are sorted by severity, each with what to check', () => {
    const found = rankSickLinks([
      ...healthy(6),
      node('a', { dropsPerSecond: 5 }),
      node('b', { facts: { speedMbit: 10 } }),
    ]);
    expect(found.map((each) => each.node)).toEqual(['b', 'a']);
    expect(found.every(({ check, why }) => check.length > 10 && why.length > 10)).toBe(true);
  });
});

describe('sick RDMA ports', () => {
  const at = (facts: Partial<PortFacts>, errors: PortReading['errors'] = null): PortReading => ({
    facts: portFacts(facts),
    rxData: 0n,
    rxPackets: 0n,
    txData: 0n,
    txPackets: 0n,
    errors,
  });
  const view = (name: string, first: PortReading, last = first): NodeView => ({
    ...node(name),
    ports: [{ first, last }],
  });
  const others = Array.from({ length: 4 }, (_, each) => view(`n${each}`, at({})));

  it.each<[string, NodeView, readonly string[]]>([
    ['down', view('sick', at({ state: '1:_DOWN' })), ['sick rdma-port-down']],
    ['slower than their peers', view('sick', at({ rateMbit: 25_000 })), ['sick rdma-slower-than-peers']],
    [
      'with symbol errors',
      view('sick', at({}, { 'counters/symbol_error': 1n }), at({}, { 'counters/symbol_error': 4n })),
      ['sick rdma-errors'],
    ],
    [
      'in congestion',
      view('sick', at({}, { 'counters/port_xmit_wait': 1n }), at({}, { 'counters/port_xmit_wait': 9n })),
      ['sick rdma-congestion'],
    ],
    [
      'whose counters were reset are not taken for sick',
      view('sick', at({}, { 'counters/symbol_error': 9n }), at({}, { 'counters/symbol_error': 0n })),
      [],
    ],
  ])('%s', (_, sick, expected) => {
    expect(kinds([...others, sick])).toEqual(expected);
  });
});
