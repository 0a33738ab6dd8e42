// /metrics: the last reading of every node, in OpenMetrics for who asks for it, else in the older text of Prometheus.

import { openMetricsContentType, prometheusContentType, renderMetrics } from '../export/openmetrics.ts';
import type { LiveCluster } from '../live/live-cluster.ts';

export interface MetricsPage {
  readonly contentType: string;
  readonly body: string;
}

/** @param accept header of the request */
export function metricsPage(cluster: LiveCluster, accept: string | undefined): MetricsPage {
  const open = prefersOpenMetrics(accept);
  const answering = cluster.nodes.filter(({ contact }) => contact.state !== 'down');
  const readings = answering.flatMap(({ reading }) => reading ?? []);
  const told = new Set(readings.map(({ node }) => node));
  const down = cluster.nodes.map(({ node }) => node).filter((node) => !told.has(node));
  return {
    contentType: open ? openMetricsContentType : prometheusContentType,
    body: [...renderMetrics(readings, { format: open ? 'openmetrics' : 'prometheus', down })].join(''),
  };
}

/** The `q` of each type (RFC 9110, 12.4.2): OpenMetrics where it is wanted at least as much as plain text. */
export function prefersOpenMetrics(accept: string | undefined): boolean {
  const wishes = (accept ?? '').split(',').map((part) => {
    const [type = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    const quality = parameters.find((text) => text.startsWith('q='));
    return { type, weight: quality === undefined ? 1 : Number(quality.slice(2)) };
  });
  const weightOf = (name: string) =>
    Math.max(0, ...wishes.filter(({ type }) => type === name).map(({ weight }) => weight));
  const open = weightOf('application/openmetrics-text');
  return open > 0 && open >= weightOf('text/plain');
}
