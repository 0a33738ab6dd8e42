// The series that are pushed: those of /metrics, by the same names, at the time of their readings.
import { metricFamilies } from '../export/metric-families.ts';
import type { LiveCluster } from '../live/live-cluster.ts';
import type { Series } from './write-request.ts';

const job = 'netmon';

/** The last reading of each node that answers; the others are told as `netmon_node_up` 0. */
export function seriesOf(cluster: LiveCluster, nowMs: number): readonly Series[] {
  const all: Series[] = [];
  for (const { node, contact, reading } of cluster.nodes) {
    const answers = contact.state !== 'down' && reading !== undefined;
    const up = { __name__: 'netmon_node_up', job, node };
    all.push({ labels: up, value: answers ? 1 : 0, timeMs: Math.round(nowMs) });
    if (!answers) continue;
    const timeMs = Math.round(reading.arrivedMs);
    for (const { name, type, points } of metricFamilies) {
      const __name__ = type === 'counter' ? `${name}_total` : name;
      for (const { labels, value } of points(reading)) {
        if (value !== null)
          all.push({ labels: { __name__, job, node, ...labels }, value: Number(value), timeMs });
      }
    }
  }
  return all;
}
