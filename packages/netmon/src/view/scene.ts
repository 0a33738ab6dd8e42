// What a frame is drawn from: the cluster as it stands (or stood, while paused) and what the person at the keys looks at.
// Views are functions of a scene and the size of the screen, and of nothing else.
import type { NodeStatus } from '../live/node-status.ts';
import type { NetEvent } from '../model/sample.ts';
import type { Finding } from '../sick-links/finding.ts';
import type { Units } from '../units/quantity.ts';
import type { ColumnName } from './column.ts';
import type { Glyphs } from './glyphs.ts';
import type { Grouping } from './grouping.ts';

export type PaneName = 'table' | 'heatmap' | 'node' | 'sick-links' | 'events';

export interface Filter {
  readonly text: string;
  /** Of a node set, once it is known; else the text is looked for in names, groups and states. */
  readonly nodes: ReadonlySet<string> | null;
  readonly error: string | null;
}

export interface ViewState {
  readonly pane: PaneName;
  readonly sort: { readonly column: ColumnName; readonly descending: boolean };
  /** Key of the row that is pointed at; null until an arrow is pressed. */
  readonly cursor: string | null;
  /** First row of the body that is shown, as last scrolled to. */
  readonly top: number;
  /** Where Escape leads from the detail of a node. */
  readonly cameFrom: PaneName;
  /** Whose detail is shown, and which of its interfaces the chart is of; null = all that are counted. */
  readonly node: string | null;
  readonly chartInterface: string | null;
  readonly filter: Filter;
  /** A line that is being typed. */
  readonly editing: { readonly what: 'filter' | 'interfaces' | 'time'; readonly text: string } | null;
  /** Name of a grouping; null = none. */
  readonly grouping: string | null;
  readonly folded: ReadonlySet<string>;
  /** Patterns of interface names; empty = what a node is the sum of. */
  readonly interfaces: string;
  readonly units: Units;
  readonly logarithmic: boolean;
  readonly paused: boolean;
  readonly help: boolean;
}

export interface Scene {
  /** Name of the cluster, or what stands for it. */
  readonly title: string;
  readonly nodes: readonly NodeStatus[];
  /** Newest last. */
  readonly events: readonly NetEvent[];
  readonly intervalMs: number;
  readonly groupings: readonly Grouping[];
  readonly findings: readonly Finding[];
  readonly view: ViewState;
  readonly nowMs: number;
  readonly glyphs: Glyphs;
  /** Of a recording; null where it is now. */
  readonly playback: Playback | null;
}

/** How a recording is played. */
export interface Playback {
  /** Recorded seconds a second; Infinity = as fast as it can be. */
  readonly speed: number;
  readonly ended: boolean;
  /** Why the last wish was not granted. */
  readonly error: string | null;
}

export const noFilter: Filter = { text: '', nodes: null, error: null };

export const initialView: ViewState = {
  pane: 'table',
  sort: { column: 'received', descending: true },
  cursor: null,
  top: 0,
  cameFrom: 'table',
  node: null,
  chartInterface: null,
  filter: noFilter,
  editing: null,
  grouping: null,
  folded: new Set(),
  interfaces: '',
  units: 'bits',
  logarithmic: false,
  paused: false,
  help: false,
};
