// What to run, and how. Plain data; engine/ gives it meaning.
import type { Readable } from 'node:stream';

/** What runs on each node. */
export interface Command {
  /** Shell text for the user's login shell; `%h %n %u %p %%` and `%label` are replaced when `expand` is set. */
  readonly text: string;
  readonly expand?: boolean;
  readonly directory?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly terminal?: { readonly columns: number; readonly rows: number; readonly term: string };
  /** Run through sudo; the password is written only in answer to its prompt. */
  readonly sudo?: { readonly user?: string; readonly password?: string };
  /** Uploaded to a private temporary file, run with `text` as its arguments, removed afterwards. */
  readonly script?: { readonly name: string; readonly content: Uint8Array };
}

/** How nodes are taken in turn. */
export interface Schedule {
  /** At most this many nodes at a time; 64. */
  readonly fanout: number;
  /** Nodes started together before the next lot may start; absent = one sliding window. */
  readonly batch?: number;
  /** Start nothing new after more than this many nodes did not end `ok`. */
  readonly maxFailures?: number;
  /** End running commands as well when the stop rule fires. */
  readonly endRunning?: boolean;
}

export interface RunOptions {
  readonly schedule: Schedule;
  /** Covers name lookup, TCP, key exchange and authentication; ssh config's ConnectTimeout, else 10 s. */
  readonly connectTimeoutMs?: number;
  /** From the start of the command to its end; none by default. */
  readonly commandTimeoutMs?: number;
  /** Sent to every node, at the pace of the slowest reader that still runs; absent = stdin is closed at once. */
  readonly stdin?: Readable;
  /** When aborted: start nothing new; what runs may finish. */
  readonly drain?: AbortSignal;
  /** When aborted: end everything now, remote processes included. */
  readonly signal?: AbortSignal;
  /** Bytes of output held in memory for a slow reader before nodes are paused; 8 MiB. */
  readonly bufferBytes?: number;
}
