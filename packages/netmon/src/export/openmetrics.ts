// Text for Prometheus and its kin: OpenMetrics 1.0 (prometheus.io/docs/specs/om/open_metrics_spec), and the older text
// format, which has the same lines but names a counter with its `_total` and knows no units and no end.
import type { Reading } from '../model/reading.ts';
import { type MetricFamily, metricFamilies } from './metric-families.ts';

export type MetricsFormat = 'openmetrics' | 'prometheus';

export interface MetricsOptions {
  /** Default `openmetrics`. */
  readonly format?: MetricsFormat;
  /** Each value with the time of its reading: for an export of history. Default off: the scraper's time holds. */
  readonly timestamps?: boolean;
  /** Nodes that do not answer now: `netmon_node_up` is 0 for them. Not for an export of history. */
  readonly down?: readonly string[];
}

export const openMetricsContentType = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
export const prometheusContentType = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * Chunks of text, one a metric family. Without time stamps give the last reading of each node; with them any number, in
 * the order of time.
 *
 * @example const text = [...renderMetrics(readings)].join('');
 */
export function* renderMetrics(
  readings: readonly Reading[],
  options: MetricsOptions = {},
): Generator<string> {
  const { format = 'openmetrics', timestamps = false, down = [] } = options;
  for (const family of [upFamily(down), ...metricFamilies]) {
    const lines = readings.flatMap((reading) => pointsOf(family, reading, format, timestamps));
    const unreachable =
      family.name === upName && !timestamps ? down.map((node) => `${upName}${labels({ node })} 0\n`) : [];
    const points = seriesTogether([...lines, ...unreachable]);
    if (points.length > 0) yield heading(family, format) + points.join('');
  }
  if (format === 'openmetrics') yield '# EOF\n';
}

export const upName = 'netmon_node_up';

export function upFamily(down: readonly string[]): MetricFamily {
  return {
    name: upName,
    type: 'gauge',
    unit: '',
    help: '1 where the node answers, 0 where it does not.',
    points: ({ node }) => (down.includes(node) ? [] : [{ labels: {}, value: 1 }]),
  };
}

/** With line feeds. */
export function heading({ name, type, unit, help }: MetricFamily, format: MetricsFormat): string {
  if (format === 'prometheus') {
    const full = type === 'counter' ? `${name}_total` : name;
    return `# HELP ${full} ${escapeHelp(help)}\n# TYPE ${full} ${type}\n`;
  }
  const unitLine = unit === '' ? '' : `# UNIT ${name} ${unit}\n`;
  return `# TYPE ${name} ${type}\n${unitLine}# HELP ${name} ${escapeHelp(help)}\n`;
}

/** A line for each value that is known, with its line feed. */
export function pointsOf(
  { name, type, points }: MetricFamily,
  reading: Reading,
  format: MetricsFormat,
  timestamps: boolean,
): readonly string[] {
  const full = type === 'counter' ? `${name}_total` : name;
  const time = timestamps ? ` ${timeText(reading.arrivedMs, format)}` : '';
  return points(reading).flatMap((point) =>
    point.value === null
      ? []
      : [`${full}${labels({ node: reading.node, ...point.labels })} ${point.value}${time}\n`],
  );
}

/** The values of one series must stand together (OpenMetrics, "Overall Structure"). */
function seriesTogether(lines: readonly string[]): readonly string[] {
  return [...Map.groupBy(lines, seriesOf).values()].flat();
}

/** Of a line: its name and labels. */
export function seriesOf(line: string): string {
  return line.slice(0, line.lastIndexOf('} ') + 1);
}

/** Seconds in OpenMetrics, milliseconds in the older format. */
export function timeText(ms: number, format: MetricsFormat): string {
  return format === 'openmetrics' ? String(ms / 1000) : String(Math.round(ms));
}

export function labels(values: Readonly<Record<string, string>>): string {
  return `{${Object.entries(values)
    .map(([name, value]) => `${name}="${escapeLabel(value)}"`)
    .join(',')}}`;
}

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}
