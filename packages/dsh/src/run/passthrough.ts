// `--tty` on one node, at a terminal: keys go to the node as they are pressed and the node has the screen, as with
// `ssh -t`. `~.` at the start of a line leaves a node that answers no more (ssh(1), ESCAPE CHARACTERS).
import { PassThrough, type Readable } from 'node:stream';
import type { CommandContext } from '@heorot/cli';
import type { Run } from '@heorot/fanout';
import type { DshFlags } from '../flags/dsh-flags.ts';

/** Nothing else may read the keys or draw on the screen, so it is one node's or nobody's. */
export function passesThrough(
  flags: Pick<DshFlags, 'tty' | 'no-stdin'>,
  { stdin, stdout }: Pick<CommandContext, 'stdin' | 'stdout'>,
  nodes: number,
): boolean {
  return flags.tty && !flags['no-stdin'] && nodes === 1 && stdin.isTTY === true && stdout.isTTY === true;
}

export class Passthrough implements Disposable {
  /** The keys, for the engine to send. */
  readonly input: Readable;
  readonly #keys = new PassThrough();
  readonly #terminal: Pick<CommandContext, 'stdin' | 'stdout'>;
  readonly #escape = new EscapeWatch();
  readonly #left = new AbortController();
  #run: Run | undefined;

  constructor(terminal: Pick<CommandContext, 'stdin' | 'stdout'>) {
    this.#terminal = terminal;
    this.input = this.#keys;
  }

  /** Aborted by `~.`. */
  get left(): AbortSignal {
    return this.#left.signal;
  }

  /** From here on, the command being under way, the terminal is the node's; until then it may ask for a passphrase. */
  begin(run: Run): void {
    if (this.#run !== undefined) return;
    this.#run = run;
    const { stdin, stdout } = this.#terminal;
    stdin.setRawMode?.(true);
    stdin.on('data', this.#onData).resume();
    stdout.on('resize', this.#onResize);
  }

  [Symbol.dispose](): void {
    const { stdin, stdout } = this.#terminal;
    stdout.off('resize', this.#onResize);
    stdin.off('data', this.#onData).pause();
    stdin.setRawMode?.(false);
  }

  readonly #onData = (data: Buffer | string): void => {
    const keys = Buffer.from(data);
    this.#keys.write(keys);
    if (this.#escape.sees(keys)) this.#left.abort('left by ~.');
  };

  readonly #onResize = (): void => {
    const { columns, rows } = this.#terminal.stdout;
    if (columns !== undefined && rows !== undefined) this.#run?.resize(columns, rows);
  };
}

/** Finds `~.` at the start of a line; only the keys of a person come in small pieces, so pasted text is safe enough. */
class EscapeWatch {
  #state: 'line start' | 'tilde' | 'line' = 'line start';

  sees(keys: Uint8Array): boolean {
    for (const key of keys) {
      if (this.#state === 'tilde' && key === 0x2e) return true;
      const startsLine = key === 0x0d || key === 0x0a;
      if (startsLine) this.#state = 'line start';
      else this.#state = this.#state === 'line start' && key === 0x7e ? 'tilde' : 'line';
    }
    return false;
  }
}
