// What the page knows and what its reader has chosen. One object; whoever changes it says so, and the page is drawn once
// before the next picture of the screen.
import type { Frame, Hello, WireEvent } from '../serve/wire.ts';
import type { Units } from '../units/quantity.ts';
import type { Sort } from './rows.ts';

export type ViewName = 'table' | 'heatmap' | 'node' | 'sick' | 'events';

export interface Moment {
  readonly fromMs: number;
  readonly toMs: number;
  readonly atMs: number;
}

export interface PageState {
  hello: Hello | undefined;
  /** The newest. */
  live: Frame | undefined;
  /** What was at `moment`, once it has come. */
  past: Frame | undefined;
  /** Newest first. */
  liveEvents: readonly WireEvent[];
  pastEvents: readonly WireEvent[];
  /** Undefined: now. */
  moment: Moment | undefined;
  view: ViewName;
  /** Of the view `node`. */
  node: string;
  units: Units;
  sort: Sort;
  filter: string;
  grouping: string;
  readonly folded: Set<string>;
}

export function initialState(): PageState {
  return {
    hello: undefined,
    live: undefined,
    past: undefined,
    liveEvents: [],
    pastEvents: [],
    moment: undefined,
    view: 'table',
    node: '',
    units: 'bits',
    sort: { column: 'received', descending: true },
    filter: '',
    grouping: '',
    folded: new Set(),
  };
}

export function shownFrame(state: PageState): Frame | undefined {
  return state.moment === undefined ? state.live : state.past;
}

/** Group by node, of the grouping that is chosen. */
export function chosenGroups({ hello, grouping }: PageState): Readonly<Record<string, string>> | undefined {
  return hello?.groupings.find(({ name }) => name === grouping)?.groups;
}
