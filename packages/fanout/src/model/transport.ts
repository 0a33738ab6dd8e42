// What every transport offers; test/transport-conformance.test.ts is its specification.
import type { Readable, Writable } from 'node:stream';
import type { TransportName } from '@heorot/inventory';
import type { ResolvedTarget } from '../ssh-config/resolved-target.ts';
import type { ConnectFailure } from './outcome.ts';

/** Thrown by {@link Transport.connect}: the node's outcome is already typed. */
export class ConnectError extends Error {
  override readonly name = 'ConnectError';
  readonly outcome: ConnectFailure;
  /** A command was asked for, and is known not to have begun. */
  readonly nothingBegan: boolean;

  constructor(outcome: ConnectFailure, options: ErrorOptions & { readonly nothingBegan?: boolean } = {}) {
    super(outcome.reason, options);
    this.outcome = outcome;
    this.nothingBegan = options.nothingBegan ?? false;
  }
}

/** A way to reach nodes. Holds what many sessions share (keys, known hosts, gateways); dispose it last. */
export interface Transport extends AsyncDisposable {
  readonly name: TransportName;
  /**
   * Opens an authenticated session; the host key is checked before anything is sent.
   * @throws ConnectError
   */
  connect(target: ResolvedTarget, signal: AbortSignal): Promise<Session>;
}

/** An authenticated connection to one node. Disposing it closes it at once. */
export interface Session extends AsyncDisposable {
  readonly target: ResolvedTarget;
  /**
   * Starts a command through the user's login shell, as `ssh host COMMAND` does; resolves once it is accepted.
   * @param filters taken into account by every transport that leads to a gateway, not by a relay and not by a holder
   * @throws ConnectError: a transport may connect only now (openssh), or the connection may have ended meanwhile
   */
  execute(request: ExecuteRequest, signal: AbortSignal, filters?: OutputFilters): Promise<Channel>;
  /** Resolves, never rejects, when the connection has ended; with the reason unless it was closed by us. */
  readonly ended: Promise<string | undefined>;
  /** Each command is a login: connecting is a part of {@link execute}. */
  readonly connectsLate?: boolean;
  /** Whether the other side says anything within this time; absent where it cannot be asked. */
  answers?(withinMs: number): Promise<boolean>;
}

export interface ExecuteRequest {
  readonly command: string;
  /** Asks for a terminal; stderr is then part of stdout. */
  readonly terminal?: { readonly columns: number; readonly rows: number; readonly term: string };
  readonly forwardAgent?: boolean;
}

/** Takes what an output gives, and passes on what is its reader's. */
export interface OutputFilter {
  write(chunk: Buffer): void;
  /** Nothing more comes: what was held back is passed on. */
  release(): void;
}

/** Makes the filters of a command's outputs; a stream of its own behind each output would cost as much as the channel. */
export interface OutputFilters {
  readonly stdout: (pass: (chunk: Buffer) => void) => OutputFilter;
  readonly stderr: (pass: (chunk: Buffer) => void) => OutputFilter;
}

/** One running command. Reading stdout and stderr is what lets the node write more: backpressure end to end. */
export interface Channel {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves, never rejects, once, after both outputs have been delivered to their last byte. */
  readonly ended: Promise<ChannelEnd>;
  /** Tells the terminal's new size; nothing without a terminal. */
  resize(columns: number, rows: number): void;
  /** Gives the channel up without waiting; does not end the remote process (see engine/end-remote.ts). */
  close(): void;
}

export type ChannelEnd =
  | { readonly kind: 'exit'; readonly code: number }
  | { readonly kind: 'signal'; readonly signal: string }
  /** `carrier`: what held the connection for us ended; of the connection itself nothing is known. */
  | { readonly kind: 'lost'; readonly reason: string; readonly carrier?: 'holder' };
