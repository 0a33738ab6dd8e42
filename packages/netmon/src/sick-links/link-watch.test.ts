import { describe, expect, it } from 'vitest';
import { LiveCluster } from '../live/live-cluster.ts';
import type { InterfaceFacts } from '../model/interface-facts.ts';
import { port, reading } from '../rates/testing/readings.fixture.ts';
import { LinkWatch } from './link-watch.ts';

const nodes = ['n1', 'n2', 'n3', 'n4'];

function watched(odd: Partial<InterfaceFacts>) {
  const cluster = new LiveCluster({ nodes, intervalMs: 1000 });
  const watch = new LinkWatch(cluster);
  for (let tick = 1; tick <= 12; tick++) {
    for (const node of nodes) {
      const facts = { speedMbit: 10_000, ...(node === 'n3' ? odd : {}) };
      const interfaces = [port({ rxBytes: BigInt(tick) * 1000n }, facts)];
      cluster.accept({
        kind: 'reading',
        reading: { ...reading(tick, { arrivedMs: tick * 1000, interfaces }), node },
      });
    }
  }
  return { cluster, watch };
}

const told = (watch: LinkWatch, groupOf: (node: string) => string = () => 'all') =>
  watch.findings(groupOf).map(({ node, link, kind }) => `${node} ${link} ${kind}`);

describe('the watch over links', () => {
  it('finds the one that is slower than its peers', () => {
    expect(told(watched({ speedMbit: 1000 }).watch)).toEqual(['n3 eth0 slower-than-peers']);
  });

  it('compares with peers of the same group alone', () => {
    expect(told(watched({ speedMbit: 1000 }).watch, (node) => (node === 'n3' ? 'old' : 'new'))).toEqual([]);
  });

  it('says nothing of a node that is down', () => {
    const { cluster, watch } = watched({ speedMbit: 1000 });
    cluster.accept({ kind: 'contact', contact: { node: 'n3', state: 'down', sinceMs: 0, detail: null } });
    expect(told(watch)).toEqual([]);
  });

  it('remembers flaps of the last minutes', () => {
    const { cluster, watch } = watched({});
    const time = new Date(13_000).toISOString();
    const flap = {
      type: 'event',
      node: 'n1',
      event: 'carrier-flapped',
      detail: '',
      time,
      interface: 'eth0',
    } as const;
    cluster.accept({ kind: 'event', event: flap });
    expect(told(watch)).toEqual(['n1 eth0 carrier-flaps']);
    const later = new Date(13_000 + 3_600_000).toISOString();
    cluster.accept({ kind: 'event', event: { ...flap, event: 'up', time: later, interface: null } });
    expect(told(watch)).toEqual([]);
  });
});
