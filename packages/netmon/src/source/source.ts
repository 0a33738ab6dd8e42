// Where readings come from: ssh, agent, node_exporter, this machine, a recording. All speak alike, so that whatever is
// made of readings (rates, alerts, recordings, screens) does not know which one it was.
import type { Reading } from '../model/reading.ts';
import type { NetEvent } from '../model/sample.ts';

/** How a node stands with its source. `late` has missed one tick; `down` has missed two, or could not be reached. */
export type ContactState = 'waiting' | 'connecting' | 'starting' | 'sampling' | 'late' | 'down';

export interface Contact {
  readonly node: string;
  readonly state: ContactState;
  /** Wall clock of the head, ms since 1970, when the state began. */
  readonly sinceMs: number;
  /** Why, for people: `connection refused`, `no answer for 2.0 s`, `start-up files take 4 s`; null where there is nothing to say. */
  readonly detail: string | null;
}

export type SourceOutput =
  | { readonly kind: 'reading'; readonly reading: Reading }
  | { readonly kind: 'contact'; readonly contact: Contact }
  /** What is known before rates are made: an unreadable line, `down` and `up` with since when. */
  | { readonly kind: 'event'; readonly event: NetEvent };

export type SourceListener = (output: SourceOutput) => void;

export interface Source {
  readonly name: 'ssh' | 'agent' | 'node_exporter' | 'local' | 'recording';
  /** The nodes that it was asked for; one that never answers stays `down` in the views. */
  readonly nodes: readonly string[];
  /** Time between two ticks, in ms. */
  readonly intervalMs: number;
  /**
   * Samples until the signal aborts (a recording: until its end). The listener is called in order of arrival and must
   * not block. Failures of nodes are contacts; it rejects only for what ends the whole (a recording that is damaged).
   */
  run(listener: SourceListener, signal: AbortSignal): Promise<void>;
}
