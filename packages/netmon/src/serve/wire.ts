// What the server tells the page, as JSON. Rates are bytes per second, shares 0 to 1, times ms since 1970; null = not known.
// Rows are arrays, in the order of `figureNames`, since a frame has one for every node every second.

import type { FindingKind } from '../sick-links/finding.ts';
import type { ContactState } from '../source/source.ts';
import type { Resolution } from '../traffic/traffic.ts';
import type { Figures } from '../view/total-figures.ts';

/** Once, at the beginning of a stream. */
export interface Hello {
  readonly title: string;
  readonly intervalMs: number;
  /** A frame comes at least so often; who hears nothing for much longer is cut off. */
  readonly frameMs: number;
  readonly units: 'bits' | 'bytes';
  readonly groupings: readonly WireGrouping[];
  /** Whether there is a recording to travel in. */
  readonly recording: boolean;
}

export interface WireGrouping {
  readonly name: string;
  /** Group by node; a node that is in none is left out. */
  readonly groups: Readonly<Record<string, string>>;
}

/** All nodes at one moment. */
export interface Frame {
  readonly timeMs: number;
  /** In the order of the node set. */
  readonly nodes: readonly WireNode[];
  readonly findings: readonly WireFinding[];
}

/** `sinceMs` is of the state; `figures` in the order of `figureNames`. */
export type WireNode = readonly [
  node: string,
  state: ContactState,
  sinceMs: number,
  detail: string | null,
  ...figures: (number | null)[],
];

/** Columns of the table; the age is that of the last sample, in seconds. */
export const figureNames = [
  'received',
  'sent',
  'packets',
  'errors',
  'drops',
  'utilisation',
  'retransmits',
  'load',
  'cpu',
  'memory',
  'age',
] as const satisfies readonly (keyof Figures)[];

export interface WireFinding {
  readonly kind: FindingKind;
  readonly node: string;
  readonly link: string | null;
  readonly severity: number;
  readonly why: string;
  readonly check: string;
}

export interface WireEvent {
  readonly timeMs: number;
  readonly node: string;
  readonly event: string;
  readonly detail: string;
}

/** One node in detail. */
export interface NodeDetail {
  readonly node: string;
  readonly interfaces: readonly WireInterface[];
  readonly history: History;
}

export interface WireInterface {
  readonly name: string;
  readonly state: string | null;
  readonly speedMbit: number | null;
  readonly duplex: string | null;
  readonly driver: string | null;
  /** One of those that the node is the sum of. */
  readonly counted: boolean;
  readonly received: number | null;
  readonly sent: number | null;
  readonly packets: number | null;
  readonly errors: number | null;
  readonly drops: number | null;
  readonly utilisation: number | null;
}

/** Columns of the same length: one point a bucket of time, means and the largest within. */
export interface History {
  /** What it is made of. */
  readonly resolution: Resolution;
  /** Length of a bucket. */
  readonly stepMs: number;
  readonly timesMs: readonly number[];
  readonly received: readonly (number | null)[];
  readonly sent: readonly (number | null)[];
  readonly mostReceived: readonly (number | null)[];
  readonly mostSent: readonly (number | null)[];
}

/** What a recording holds; null for one that is empty. */
export type RecordedSpan = { readonly fromMs: number; readonly toMs: number } | null;

/** The cluster as it was. */
export interface PastFrame {
  readonly frame: Frame;
  readonly events: readonly WireEvent[];
}
