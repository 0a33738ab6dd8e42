// The cluster as it stands: takes what sources tell, makes rates of readings, keeps the last of everything, and tells
// listeners. One instance a process; screens, pages, alerts, recordings and printed lines all hang on it.
import type { Reading } from '../model/reading.ts';
import type { NetEvent, Sample } from '../model/sample.ts';
import type { Contact, SourceListener } from '../source/source.ts';
import type { NodeStatus } from './node-status.ts';

export interface ClusterListener {
  /** Before its samples: for what keeps raw counters. */
  reading?(reading: Reading): void;
  /** All samples of one reading of one node: the node's own first. */
  samples?(samples: readonly Sample[]): void;
  event?(event: NetEvent): void;
  contact?(contact: Contact): void;
  /** What was told so far is of another time: a recording is looked at elsewhere. */
  restarted?(): void;
}

export interface ClusterState {
  /** In the order of the node set. */
  readonly nodes: readonly NodeStatus[];
  node(name: string): NodeStatus | undefined;
  readonly intervalMs: number;
  /** The last events, newest last, bounded. */
  readonly events: readonly NetEvent[];
  /** Given to {@link Source.run}. */
  readonly accept: SourceListener;
  listen(listener: ClusterListener): Disposable;
}
