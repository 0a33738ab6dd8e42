// How a node ended: exactly one of these, the same in text, NDJSON and exit code.

/** What became of the remote process when the run gave up on it. */
export type Cleanup =
  /** It never started, or it is known to have ended. */
  | 'ended'
  /** It could not be reached to be ended: it may still run. */
  | 'may-still-run';

export type Outcome =
  | { readonly kind: 'ok' }
  | { readonly kind: 'exit'; readonly code: number }
  /** `signal` without `SIG`, as in RFC 4254 section 6.10: `TERM`, `KILL`; `unknown` where OpenSSH's client does not say. */
  | { readonly kind: 'signal'; readonly signal: string }
  | { readonly kind: 'command-timeout'; readonly afterMs: number; readonly cleanup: Cleanup }
  | { readonly kind: 'connect-timeout'; readonly afterMs: number; readonly reason: string }
  /** Refused, no route, no such name, connection lost. `cleanup` only where a command had started. */
  | { readonly kind: 'unreachable'; readonly reason: string; readonly cleanup?: Cleanup }
  | { readonly kind: 'host-key'; readonly reason: string; readonly hint: string }
  | { readonly kind: 'auth'; readonly reason: string }
  | { readonly kind: 'cancelled'; readonly reason: string; readonly cleanup: Cleanup }
  | { readonly kind: 'skipped'; readonly reason: string };

export type OutcomeKind = Outcome['kind'];

/** Outcomes before the remote command could start; each is thrown by transports as a {@link ConnectError}. */
export type ConnectFailure = Extract<
  Outcome,
  { kind: 'connect-timeout' | 'unreachable' | 'host-key' | 'auth' | 'cancelled' }
>;
