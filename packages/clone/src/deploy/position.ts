// Where a deployment stands, and what can happen to it: plain data, stored as it is.
import type { Phase } from '../protocol/plan-step.ts';
import type { StepName } from './step-table.ts';

/** How a deployment ends. A failed node is set aside; the others go on. */
export type Ending = 'deployed' | 'failed' | 'cancelled' | 'expired';

export type Position =
  /** Waits for its turn to be powered; `round` counts the boots, from 1. */
  | { readonly kind: 'queued'; readonly round: number }
  | {
      readonly kind: 'at';
      readonly step: StepName;
      readonly round: number;
      /** From 1. */
      readonly attempt: number;
      /** Milliseconds since 1970. */
      readonly since: number;
      /** `undefined`: only the expiry of the whole ends it. */
      readonly deadline: number | undefined;
    }
  | { readonly kind: 'ended'; readonly ending: Ending; readonly reason: Reason | undefined };

export interface Reason {
  /** Where it happened: a step, or `queued`. */
  readonly step: StepName | 'queued';
  /** `disk-changed`, `timeout`, `hash`, ... */
  readonly code: string;
  readonly text: string;
}

export type DeployEvent =
  /** Its turn has come: the power driver is called. */
  | { readonly kind: 'turn' }
  | { readonly kind: 'powered' }
  | { readonly kind: 'script' }
  | { readonly kind: 'claim' }
  | { readonly kind: 'admitted' }
  | { readonly kind: 'begin'; readonly phase: Phase }
  | { readonly kind: 'done' }
  /** Its hardware was all that was wanted. */
  | { readonly kind: 'discovered' }
  | { readonly kind: 'answered' }
  | { readonly kind: 'failed'; readonly code: string; readonly text: string }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'expire' };
