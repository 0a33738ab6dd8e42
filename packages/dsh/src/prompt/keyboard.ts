// The keys of the terminal while the prompt is open, read in raw mode from first to last: what is typed or pasted while
// a command runs waits for the next prompt unseen, as does the second line of a paste, and Ctrl-C is heard at once.
import { PassThrough } from 'node:stream';
import type { CommandContext } from '@heorot/cli';

const key = { interrupt: 0x03, tab: 0x09, newline: 0x0a, return: 0x0d, suspend: 0x1a, quit: 0x1c } as const;
const typedAheadBytes = 1024 * 1024;

export type TerminalInput = PassThrough & { readonly isTTY: true };

export class Keyboard implements Disposable {
  /**
   * What line editor and password questions read. A chunk goes no further than a line or a Tab, so that a reader who
   * pauses there, to act or to complete, leaves the rest here.
   */
  readonly input: TerminalInput;
  readonly #stdin: CommandContext['stdin'];
  #onInterrupt: (() => void) | undefined;

  constructor(stdin: CommandContext['stdin']) {
    this.#stdin = stdin;
    this.input = Object.assign(new PassThrough({ highWaterMark: typedAheadBytes }), { isTTY: true } as const);
    this.input.on('drain', () => stdin.resume());
    stdin.on('end', this.#end).on('error', this.#end);
    this.#take();
  }

  /** Ctrl-C goes to the listener, and what was typed ahead is dropped with it, as terminals do. */
  whileRunning(onInterrupt: () => void): Disposable {
    this.#onInterrupt = onInterrupt;
    return {
      [Symbol.dispose]: () => {
        this.#onInterrupt = undefined;
      },
    };
  }

  /** Another program has the terminal until the returned value is disposed. */
  lend(): Disposable {
    this.#leave();
    return { [Symbol.dispose]: () => this.#take() };
  }

  /** Forgets what was typed ahead. */
  drop(): void {
    while (this.input.read() !== null);
  }

  /** Ctrl-Z: the whole job stops, and goes on when the shell says so. */
  suspend(resumed: () => void = () => {}): void {
    // Waiting for a signal does not keep node running, and nothing else may be open.
    const waiting = setInterval(() => {}, 1000);
    process.once('SIGCONT', () => {
      clearInterval(waiting);
      this.#take();
      resumed();
    });
    this.#leave();
    process.kill(0, 'SIGTSTP');
  }

  [Symbol.dispose](): void {
    this.#leave();
    this.#stdin.off('end', this.#end).off('error', this.#end);
  }

  #take(): void {
    this.#stdin.setRawMode?.(true);
    this.#stdin.on('data', this.#onData);
    this.#stdin.resume();
  }

  #leave(): void {
    this.#stdin.off('data', this.#onData);
    this.#stdin.pause();
    this.#stdin.setRawMode?.(false);
  }

  /** The terminal is gone (EIO), or ended. */
  readonly #end = (): void => void this.input.end();

  readonly #onData = (data: Buffer | string): void => {
    let typed: Buffer = Buffer.from(data);
    if (this.#onInterrupt !== undefined) {
      typed = this.#afterInterrupt(typed, this.#onInterrupt);
      if (typed.includes(key.quit)) return this.#quit();
      if (typed.includes(key.suspend)) {
        typed = Buffer.from(typed.filter((byte) => byte !== key.suspend));
        this.suspend();
      }
    }
    for (const part of partsOf(typed)) if (!this.input.write(part)) this.#stdin.pause();
  };

  #afterInterrupt(typed: Buffer, onInterrupt: () => void): Buffer {
    const at = typed.lastIndexOf(key.interrupt);
    if (at < 0) return typed;
    this.drop();
    // A question for a password that is on the screen has to end as well.
    if (this.input.listenerCount('data') > 0 && !this.input.isPaused()) {
      this.input.write(Buffer.of(key.interrupt));
    }
    onInterrupt();
    return typed.subarray(at + 1);
  }

  #quit(): void {
    this.#leave();
    process.kill(process.pid, 'SIGQUIT');
  }
}

/** Lines end in CR, as keys and pastes have it, in LF or in both. */
function* partsOf(typed: Buffer): Generator<Buffer> {
  let from = 0;
  for (const [at, byte] of typed.entries()) {
    const ends =
      byte === key.tab || byte === key.newline || (byte === key.return && typed[at + 1] !== key.newline);
    if (!ends) continue;
    yield typed.subarray(from, at + 1);
    from = at + 1;
  }
  if (from < typed.length) yield typed.subarray(from);
}
