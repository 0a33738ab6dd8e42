// What a run tells its reader, in order per node: start, then output, then exactly one exit or failure.
import type { Outcome } from './outcome.ts';

/** An outcome of a remote command that ran to its own end. */
export type ExitOutcome = Extract<Outcome, { kind: 'ok' | 'exit' | 'signal' }>;
export type FailureOutcome = Exclude<Outcome, ExitOutcome>;

export type RunEvent =
  /** The command is running on the node. */
  | { readonly kind: 'start'; readonly node: string; readonly at: number }
  /** Bytes exactly as the node wrote them; chunks have no relation to lines. */
  | { readonly kind: 'stdout' | 'stderr'; readonly node: string; readonly data: Uint8Array }
  | {
      readonly kind: 'exit';
      readonly node: string;
      readonly outcome: ExitOutcome;
      readonly elapsedMs: number;
      readonly startUpMs?: number;
    }
  | {
      readonly kind: 'failure';
      readonly node: string;
      readonly outcome: FailureOutcome;
      readonly elapsedMs: number;
      readonly startUpMs?: number;
    };

/** One node's end. */
export interface NodeResult {
  readonly node: string;
  readonly outcome: Outcome;
  readonly elapsedMs: number;
  /** How long the login shell took to come to the command, start-up files and all; only where that was over 3 s. */
  readonly startUpMs?: number;
}

export interface RunSummary {
  /** In the order the nodes ended; every target exactly once. */
  readonly results: readonly NodeResult[];
  readonly startedAt: number;
  readonly elapsedMs: number;
  /** Why nodes were cancelled or skipped, if a stop rule, Ctrl-C or an abort ended the run early. */
  readonly stopped: string | undefined;
  /** The run was ended early from outside (`drain`, `signal`), not by its stop rule. */
  readonly interrupted?: boolean;
}
