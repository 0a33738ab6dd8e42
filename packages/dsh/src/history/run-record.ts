// What the history knows of a run: plain data.
import type { Outcome } from '@heorot/fanout';

/** Enough to run it again; never a password, never the value of a variable. */
export interface Recipe {
  readonly kind: 'run' | 'copy' | 'fetch';
  /** What was given with -e, --copy or --fetch. */
  readonly commands: readonly string[];
  readonly operands: readonly string[];
  /** Absolute path. */
  readonly script?: string;
  readonly destination?: string;
  readonly directory?: string;
  /** Names only: values may be secrets. */
  readonly environment?: readonly string[];
  readonly sudo?: { readonly user?: string; readonly withPassword: boolean };
  readonly terminal?: true;
  readonly expand?: true;
  /** Connection flags that were given: `cluster`, `user`, `transport`, `ssh-config`. */
  readonly connection: Readonly<Record<string, string>>;
}

export interface RunHeader {
  readonly id: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly elapsedMs: number;
  /** Who ran it, on this machine. */
  readonly user: string;
  readonly recipe: Recipe;
  /** All nodes of the run, folded. */
  readonly nodes: string;
  readonly total: number;
  readonly good: number;
  /** The run that this one repeated on the nodes that had failed. */
  readonly retryOf: number | undefined;
  readonly stopped: string | undefined;
}

export interface KeptOutput {
  /** What was kept, from the beginning. */
  readonly bytes: Uint8Array;
  /** How many bytes the node wrote. */
  readonly size: number;
}

export interface RecordedNode {
  readonly node: string;
  readonly outcome: Outcome;
  readonly elapsedMs: number;
  readonly stdout: KeptOutput;
  readonly stderr: KeptOutput;
}

export interface RunRecord extends RunHeader {
  readonly results: readonly RecordedNode[];
}

/** One line for people: what was typed after the node selection. */
export function describeRecipe({ kind, commands, operands, script, destination }: Recipe): string {
  if (kind !== 'run') return `--${kind} ${[...commands, ...operands].join(' ')} --dest ${destination ?? '.'}`;
  if (script !== undefined) return `--script ${[script, ...operands].join(' ')}`;
  return commands.length > 0 ? commands.join(' ; ') : operands.join(' ');
}
