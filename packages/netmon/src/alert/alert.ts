// What an alert asks for, as data: `rx > 9Gbit/s for 5s`, `retrans > 1%`, `down`.
import type { InterfaceSample, NodeSample } from '../model/sample.ts';

export type Comparison = '>' | '>=' | '<' | '<=';

/** How a figure is written: rates in bits or bytes, counts, shares in per cent, plain numbers. */
export type Dimension = 'traffic' | 'count' | 'share' | 'number';

export type Alert =
  | { readonly kind: 'down'; readonly forMs: number; readonly text: string }
  | {
      readonly kind: 'threshold';
      readonly metric: MetricName;
      readonly comparison: Comparison;
      /** Bytes a second, counts a second, a share from 0 to 1, or a plain number. */
      readonly limit: number;
      /** How long it must have held; 0 = one interval is enough. */
      readonly forMs: number;
      readonly text: string;
    };

export interface Metric {
  readonly dimension: Dimension;
  /** What it is, for messages and help. */
  readonly help: string;
  /** Null: this kind of sample does not tell it, or it is not known. */
  readonly of: (sample: InterfaceSample | NodeSample) => number | null;
}

/** Figures of links are looked at on each counted interface, those of nodes on the whole. */
const onLink = (value: (sample: InterfaceSample) => number | null): Metric['of'] => {
  return (sample) => (sample.interface !== null && sample.counted ? value(sample) : null);
};
const onNode = (value: (sample: NodeSample) => number | null): Metric['of'] => {
  return (sample) => (sample.interface === null ? value(sample) : null);
};

export const metrics = {
  rx: { dimension: 'traffic', help: 'received, each link', of: onLink((link) => link.rxBytesPerSecond) },
  tx: { dimension: 'traffic', help: 'sent, each link', of: onLink((link) => link.txBytesPerSecond) },
  'rx-packets': {
    dimension: 'count',
    help: 'packets received',
    of: onLink((link) => link.rxPacketsPerSecond),
  },
  'tx-packets': { dimension: 'count', help: 'packets sent', of: onLink((link) => link.txPacketsPerSecond) },
  errors: {
    dimension: 'count',
    help: 'errors of both directions',
    of: onLink((link) => sum(link.rxErrorsPerSecond, link.txErrorsPerSecond)),
  },
  drops: {
    dimension: 'count',
    help: 'drops of both directions',
    of: onLink((link) => sum(link.rxDroppedPerSecond, link.txDroppedPerSecond)),
  },
  util: { dimension: 'share', help: 'share of the link speed', of: onLink((link) => link.utilisation) },
  retrans: {
    dimension: 'share',
    help: 'TCP segments sent again',
    of: onNode((node) => node.retransmitRatio),
  },
  cpu: { dimension: 'share', help: 'processors busy', of: onNode((node) => node.cpuBusy) },
  memory: { dimension: 'share', help: 'memory in use', of: onNode((node) => node.memoryUsed) },
  load: { dimension: 'number', help: 'load of one minute', of: onNode((node) => node.load1) },
} as const satisfies Readonly<Record<string, Metric>>;

export type MetricName = keyof typeof metrics;

export function isMetricName(text: string): text is MetricName {
  return Object.hasOwn(metrics, text);
}

function sum(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : one + other;
}
