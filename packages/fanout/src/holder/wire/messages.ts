// What a run and the holder say to each other. Both ends are the same program of the same user, proven before the first
// of these messages (handshake.ts); output and input of commands travel beside them, as bytes (link.ts).
import type { ConnectFailure } from '../../model/outcome.ts';
import type { ChannelEnd, ExecuteRequest } from '../../model/transport.ts';
import type { ResolvedTarget } from '../../ssh-config/resolved-target.ts';

/** To be raised whenever a message changes its meaning: a run does without a holder of another version. */
export const holderVersion = 1;

/** From a run to the holder. `lease` and `channel` are numbers that the run chooses. */
export type RunMessage =
  | { readonly kind: 'hello'; readonly version: number; readonly nonce: string }
  | { readonly kind: 'proof'; readonly proof: string; readonly answersQuestions: boolean }
  /** Lends a held connection; with `holdMs` one is made where none is held. */
  | {
      readonly kind: 'open';
      readonly lease: number;
      readonly target: ResolvedTarget;
      readonly holdMs?: number;
    }
  /** Given back, or given up while it is being opened. */
  | { readonly kind: 'release'; readonly lease: number }
  | {
      readonly kind: 'execute';
      readonly lease: number;
      readonly channel: number;
      readonly request: ExecuteRequest;
    }
  | { readonly kind: 'input-end'; readonly channel: number }
  | {
      readonly kind: 'resize';
      readonly channel: number;
      readonly columns: number;
      readonly rows: number;
    }
  | { readonly kind: 'close'; readonly channel: number }
  /** So many bytes of output were read: as many more may come. */
  | {
      readonly kind: 'credit';
      readonly channel: number;
      readonly stream: 'stdout' | 'stderr';
      readonly bytes: number;
    }
  | { readonly kind: 'answer'; readonly question: number; readonly text?: string }
  | { readonly kind: 'status' }
  /** Of these nodes: idle connections are closed now, those in use when they are given back. */
  | { readonly kind: 'revoke'; readonly nodes: readonly string[] }
  /** As `revoke` of all, and no run that comes later finds the holder: it ends with the last connection. */
  | { readonly kind: 'leave' };

/** From the holder to a run. */
export type HolderMessage =
  | {
      readonly kind: 'welcome';
      readonly version: number;
      readonly nonce: string;
      readonly proof: string;
      readonly pid: number;
    }
  | { readonly kind: 'opened'; readonly lease: number }
  /** Nothing was begun: the run may connect by itself. */
  | { readonly kind: 'declined'; readonly lease: number; readonly reason: string }
  | { readonly kind: 'failed'; readonly lease: number; readonly outcome: ConnectFailure }
  | { readonly kind: 'lost'; readonly lease: number; readonly reason: string }
  | { readonly kind: 'started'; readonly channel: number }
  | { readonly kind: 'refused'; readonly channel: number; readonly outcome: ConnectFailure }
  | { readonly kind: 'input-credit'; readonly channel: number; readonly bytes: number }
  | { readonly kind: 'input-closed'; readonly channel: number }
  | { readonly kind: 'ended'; readonly channel: number; readonly end: ChannelEnd }
  | { readonly kind: 'note'; readonly node: string; readonly text: string }
  | { readonly kind: 'question'; readonly question: number; readonly path: string; readonly attempt: number }
  | { readonly kind: 'status'; readonly status: HolderStatus }
  | { readonly kind: 'revoked'; readonly closed: number; readonly inUse: number };

/** Times in milliseconds since the epoch. */
export interface HolderStatus {
  readonly pid: number;
  readonly startedAt: number;
  readonly memoryBytes: number;
  readonly connections: readonly HeldConnectionStatus[];
}

export interface HeldConnectionStatus {
  readonly node: string;
  readonly user: string;
  readonly host: string;
  readonly port: number;
  readonly gateways: readonly string[];
  readonly since: number;
  /** When it is closed unless it is used; undefined while it is in use. */
  readonly until?: number;
  /** It is closed as soon as it is given back. */
  readonly revoked: boolean;
}

/** Output and input in flight per channel and stream, at most. */
export const windowBytes = 512 * 1024;
