import { expect, it } from 'vitest';
import { LiveCluster } from '../live/live-cluster.ts';
import { port, reading } from '../rates/testing/readings.fixture.ts';
import { unmatchedInterfaces } from './unmatched-interfaces.ts';

it.each([
  [[], undefined],
  [['eth*'], undefined],
  [['ib0', 'bond*'], 'no interface matches ib0, bond*; n1 has eth0'],
])('interfaces named %j of a node with eth0: %s', (interfaces, expected) => {
  const cluster = new LiveCluster({ nodes: ['n1'], intervalMs: 1000, interfaces, now: () => 0 });
  for (const tick of [1, 2]) {
    const told = reading(tick, { arrivedMs: tick * 1000, interfaces: [port({ rxBytes: BigInt(tick) })] });
    cluster.accept({ kind: 'reading', reading: { ...told, node: 'n1' } });
  }
  expect(unmatchedInterfaces(interfaces, cluster.nodes)).toBe(expected);
});
