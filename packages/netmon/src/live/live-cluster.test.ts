import { describe, expect, it } from 'vitest';
import { port, reading } from '../rates/testing/readings.fixture.ts';
import type { Contact, SourceOutput } from '../source/source.ts';
import { LiveCluster } from './live-cluster.ts';

const took = (tick: number, bytes: bigint, node = 'n1'): SourceOutput => ({
  kind: 'reading',
  reading: { ...reading(tick, { arrivedMs: tick * 1000, interfaces: [port({ rxBytes: bytes })] }), node },
});
const contact = (state: Contact['state'], detail: string | null = null): SourceOutput => ({
  kind: 'contact',
  contact: { node: 'n1', state, sinceMs: 5, detail },
});
const open = (interfaces: readonly string[] = []) =>
  new LiveCluster({ nodes: ['n1', 'n2'], intervalMs: 1000, interfaces, now: () => 0 });

describe('the live cluster', () => {
  it('knows its nodes before they answer', () => {
    const cluster = open();
    expect(cluster.nodes.map(({ node, contact: { state }, sample }) => [node, state, sample])).toEqual([
      ['n1', 'waiting', undefined],
      ['n2', 'waiting', undefined],
    ]);
  });

  it('makes rates of readings and keeps the last of everything', () => {
    const cluster = open();
    for (const output of [contact('sampling'), took(1, 0n), took(2, 500n)]) cluster.accept(output);
    const node = cluster.node('n1');
    expect(node?.sample?.rxBytesPerSecond).toBe(500);
    expect(node?.interfaces.map((each) => each.interface)).toEqual(['eth0']);
    expect(node?.facts.get('eth0')?.ifindex).toBe(2);
    expect(node?.receivedMs).toBe(2000);
    expect(node?.history.last(2).map(({ rx }) => rx)).toEqual([Number.NaN, 500]);
    expect(node?.interfaceHistory('eth0')?.last(1)).toMatchObject([{ timeMs: 2000, rx: 500 }]);
    expect(node?.interfaceHistory('eth1')).toBeUndefined();
  });

  it('keeps the last values of a node that is down, and says why', () => {
    const cluster = open();
    for (const output of [took(1, 0n), took(2, 500n), contact('down', 'no answer')]) cluster.accept(output);
    expect(cluster.node('n1')).toMatchObject({
      contact: { state: 'down', detail: 'no answer' },
      sample: { rxBytesPerSecond: 500 },
      receivedMs: 2000,
    });
  });

  it('makes a node of the interfaces that are named, if they are', () => {
    const sum = (interfaces: readonly string[]) => {
      const cluster = open(interfaces);
      for (const output of [took(1, 0n), took(2, 500n)]) cluster.accept(output);
      return cluster.node('n1')?.sample?.rxBytesPerSecond;
    };
    expect([sum([]), sum(['eth*']), sum(['e?h0']), sum(['lo', 'eth0']), sum(['eth'])]).toEqual([
      500,
      500,
      500,
      500,
      null,
    ]);
  });

  it('tells its listeners until they are disposed', () => {
    const cluster = open();
    const told: string[] = [];
    {
      using _ = cluster.listen({
        reading: ({ ticks }) => void told.push(`reading ${ticks}`),
        event: ({ event }) => void told.push(event),
        samples: ([first]) => void told.push(`${first?.node} of its samples`),
        contact: ({ state }) => void told.push(state),
      });
      cluster.accept(contact('sampling'));
      cluster.accept(took(1, 0n));
    }
    cluster.accept(took(2, 0n));
    expect(told).toEqual(['sampling', 'reading 1', 'first-reading', 'n1 of its samples']);
  });

  it('drops a reading that is older than the last', () => {
    const cluster = open();
    for (const output of [took(1, 0n), took(3, 900n), took(2, 100n)]) cluster.accept(output);
    expect(cluster.node('n1')?.sample?.rxBytesPerSecond).toBe(450);
    expect(cluster.events.map(({ event }) => event)).toEqual(['first-reading', 'late']);
  });

  it('takes in a node that it was not told of, as recordings have them', () => {
    const cluster = open();
    cluster.accept(took(1, 0n, 'n9'));
    expect(cluster.nodes.map(({ node }) => node)).toEqual(['n1', 'n2', 'n9']);
  });

  it('keeps events within bounds, the newest last', () => {
    const cluster = open();
    for (let at = 1; at <= 5000; at++) {
      const event = {
        type: 'event',
        node: 'n1',
        event: 'late',
        detail: String(at),
        time: '',
        interface: null,
      } as const;
      cluster.accept({ kind: 'event', event });
    }
    expect(cluster.events.length).toBeLessThanOrEqual(2000);
    expect(cluster.events.at(-1)?.detail).toBe('5000');
  });
});
