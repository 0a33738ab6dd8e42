import { expect, it } from 'vitest';
import { LiveCluster } from '../live/live-cluster.ts';
import { reading } from '../rates/testing/readings.fixture.ts';
import { metricsPage, prefersOpenMetrics } from './metrics-page.ts';

it.each([
  [undefined, false],
  ['*/*', false],
  ['text/plain', false],
  ['application/openmetrics-text', true],
  ['application/openmetrics-text; version=1.0.0; charset=utf-8', true],
  // As Prometheus 2.42 asks.
  [
    'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
    true,
  ],
  ['text/plain, application/openmetrics-text;q=0.5', false],
  ['application/openmetrics-text;q=0', false],
])('Accept: %s', (accept, expected) => {
  expect(prefersOpenMetrics(accept)).toBe(expected);
});

it('a node that is down has no figures, and is said to be down', () => {
  const cluster = new LiveCluster({ nodes: ['n1', 'n2'], intervalMs: 1000 });
  cluster.accept({ kind: 'reading', reading: reading(1) });
  const page = () => metricsPage(cluster, undefined).body;
  expect(page()).toContain('netmon_interface_receive_bytes_total{node="n1",interface="eth0"} 0\n');
  expect(page()).toContain('netmon_node_up{node="n1"} 1\nnetmon_node_up{node="n2"} 0\n');
  cluster.accept({ kind: 'contact', contact: { node: 'n1', state: 'down', sinceMs: 0, detail: null } });
  expect(page()).not.toContain('netmon_interface');
});
