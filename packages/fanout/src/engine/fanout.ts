// The public face of the engine: what a tool holds while it works with nodes.
import type { Command, RunOptions } from '../model/command.ts';
import type { NodeResult, RunEvent, RunSummary } from '../model/event.ts';
import type { Target } from '../model/target.ts';
import type { Channel, ExecuteRequest } from '../model/transport.ts';

/** A run under way: iterate it for its events, or await the summary alone (events are then dropped). */
export interface Run extends AsyncIterable<RunEvent> {
  readonly summary: Promise<RunSummary>;
  /** Tells the terminals of running commands their new size. */
  resize(columns: number, rows: number): void;
  /** Nodes that have not ended, with what each is doing; for Ctrl-C and the live block. */
  unfinished(): readonly { node: string; state: 'waiting' | 'connecting' | 'running' | 'ending' }[];
}

/** Progress of one file on one node. */
export type CopyEvent =
  | {
      readonly kind: 'progress';
      readonly node: string;
      readonly path: string;
      readonly bytes: number;
      readonly totalBytes: number;
    }
  | {
      readonly kind: 'file';
      readonly node: string;
      readonly path: string;
      readonly bytes: number;
      readonly how: 'sent' | 'resumed' | 'unchanged';
    }
  | { readonly kind: 'note'; readonly node: string; readonly text: string }
  | { readonly kind: 'end'; readonly node: string; readonly result: NodeResult; readonly bytes: number };

export interface CopyRun extends AsyncIterable<CopyEvent> {
  readonly summary: Promise<RunSummary>;
  /** As of a {@link Run}. */
  unfinished: Run['unfinished'];
}

export interface CopyOptions extends Omit<RunOptions, 'stdin'> {
  /** Keep going from what an earlier, interrupted copy left; true by default. */
  readonly resume?: boolean;
}

/** A node whose port does not answer, and why. */
export interface SilentNode {
  readonly node: string;
  readonly reason: string;
}

/**
 * Connections, keys, known hosts and gateways for one process; made by `openFanout`.
 * Sessions are kept between runs only when it was opened with `keepSessions` (the prompt does).
 */
export interface Fanout extends AsyncDisposable {
  /** @throws HeorotError `usage-variable` at once, for a `%word` of the command that means nothing on some node */
  run(targets: readonly Target[], command: Command, options: RunOptions): Run;
  /** Several commands, one after the other on each node; a node stops at its first outcome that is not `ok`. */
  runEach(targets: readonly Target[], commands: readonly Command[], options: RunOptions): Run;
  /** Local files or folders into `destination`, a folder on each node. */
  copy(
    targets: readonly Target[],
    sources: readonly string[],
    destination: string,
    options: CopyOptions,
  ): CopyRun;
  /** Files or folders of each node into `destination/NODE/`. */
  fetch(
    targets: readonly Target[],
    sources: readonly string[],
    destination: string,
    options: CopyOptions,
  ): CopyRun;
  /**
   * Reads the configuration of all targets at once, for many streams: each by itself would read it again.
   * @throws HeorotError for a configuration that cannot be followed
   */
  prepare(targets: readonly Target[]): Promise<void>;
  /** One long-lived channel to a node, for tools that speak a protocol over it. */
  stream(target: Target, request: ExecuteRequest, signal: AbortSignal): Promise<Channel>;
  /**
   * Nodes whose port does not answer within two seconds; a node behind gateways is judged by the first of them.
   * Rejects with the signal's reason.
   */
  probe(targets: readonly Target[], signal: AbortSignal): Promise<readonly SilentNode[]>;
  /** How each target would be reached and why (`--explain`); opens nothing. */
  explain(
    targets: readonly Target[],
  ): Promise<readonly { node: string; transport: string; reason: string; warnings: readonly string[] }[]>;
}
