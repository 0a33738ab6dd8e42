// What a tool is to the command line: verbs, each a flag table and an action. Running one: run-tool.ts.
import type { Readable, Writable } from 'node:stream';
import type { FlagTable, FlagValues } from '../flags/flag-table.ts';
import type { Theme } from '../theme/theme.ts';

/** The process, by parameter, so that commands can be tested without one. */
export interface Terminal {
  readonly stdin: Readable & {
    readonly isTTY?: boolean;
    readonly isRaw?: boolean;
    readonly setRawMode?: (raw: boolean) => unknown;
  };
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number };
}

export interface CommandContext extends Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Styles for each stream, decided once from --color, NO_COLOR, FORCE_COLOR, TERM and the stream. */
  readonly theme: { readonly stdout: Theme; readonly stderr: Theme };
  /** Aborted by the first Ctrl-C on a terminal: start nothing new. */
  readonly drain: AbortSignal;
  /** Aborted by the second Ctrl-C, by the first without a terminal, by SIGTERM, SIGHUP or a closed stdout: stop now. */
  readonly signal: AbortSignal;
  /** Until disposed, SIGINT goes to the listener alone: for a prompt, where Ctrl-C ends the running command only. */
  takeInterrupts(listener: () => void): Disposable;
}

/** The exit codes of the design; `dsh -S` may give any other. */
export const ExitCode = {
  ok: 0,
  nodeFailed: 1,
  usage: 2,
  configuration: 3,
  unreachable: 4,
  /** A bug of ours; EX_SOFTWARE of sysexits.h. */
  internal: 70,
  interrupted: 130,
} as const;

export interface Example {
  /** A whole command line as one would type it. */
  readonly command: string;
  readonly summary: string;
}

/** Operands: none; free ones anywhere among the flags; or a remote command: all after the first operand is left untouched. */
export type Operands =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'any';
      readonly name: string;
      readonly summary: string;
      readonly complete?: 'nodes' | 'groups' | 'files';
    }
  | { readonly kind: 'remote-command'; readonly name: string; readonly summary: string };

export interface Verb<Table extends FlagTable = FlagTable> {
  /** One line for the list of verbs and the man page's NAME. */
  readonly summary: string;
  /** Paragraphs, plain text. */
  readonly description: string;
  readonly operands: Operands;
  readonly flags: Table;
  /** Flags of other tools that hands know (`-R`, `--hostfile`), and what to type instead: hints, never accepted. */
  readonly foreignFlags?: Readonly<Record<string, string>>;
  readonly examples: readonly Example[];
  /** Left out of help, completion and docs. */
  readonly hidden?: boolean;
  /** The verb itself says on `drain` who is unfinished, above its status block; else the runner says a line. */
  readonly tellsInterrupts?: boolean;
  /** Returns the exit code; throws HeorotError for what ends the whole run. Heavy modules are imported inside. */
  run(input: CommandInput<Table>, context: CommandContext): Promise<number>;
}

export interface CommandInput<Table extends FlagTable> {
  readonly flags: FlagValues<Table>;
  readonly operands: readonly string[];
  /** Flags that ClusterShell reads in order (`-x -i -X` of nodes): every flag as typed; switches have the value ''. */
  readonly sequence: readonly TypedFlag<keyof Table & string>[];
}

export interface TypedFlag<Name extends string = string> {
  readonly flag: Name;
  readonly value: string;
  /** How many operands stand before it. */
  readonly operandsBefore: number;
}

/** Keeps the exact types of a verb's flag table for its action. */
export function defineVerb<const Table extends FlagTable>(verb: Verb<Table>): Verb<Table> {
  return verb;
}

export interface Tool {
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  /**
   * Keyed by verb; a tool without verbs has the single key `''`. `''` beside others is what runs without a verb.
   * A verb may be of two words: `lab up`.
   */
  readonly verbs: Readonly<Record<string, Verb>>;
  /** Other tools that it runs by their names: `heorot dsh ...` is `dsh ...`. */
  readonly tools?: readonly { readonly name: string; readonly summary: string }[];
  readonly exitCodes?: readonly { readonly code: string; readonly summary: string }[];
  readonly files?: readonly { readonly path: string; readonly summary: string }[];
  readonly seeAlso?: readonly string[];
}
