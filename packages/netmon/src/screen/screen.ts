// The terminal as a screen: alternate buffer, raw keys, sizes, and everything put back as it was however the run ends.
import type { ColorLevel, Terminal } from '@heorot/cli';
import type { CellBuffer } from './cell-buffer.ts';
import { FrameWriter } from './frame-writer.ts';
import { type Key, KeyDecoder } from './key-decoder.ts';
import { type Outlet, openOutlet } from './outlet.ts';

export interface ScreenListener {
  keys(keys: readonly Key[]): void;
  /** The terminal has another size, or shows something else: a frame is wanted. */
  stale(): void;
  /** The terminal is gone. */
  gone(): void;
}

export interface ScreenOptions {
  readonly colorLevel: ColorLevel;
  readonly ascii: boolean;
}

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/** Alternate buffer with the cursor saved (1049), no cursor (25), no wrapping at the right margin (7). */
const enter = '\u001b[?1049h\u001b[?25l\u001b[?7l';
/** And back, ending an update that was cut off (2026). */
const leave = '\u001b[?2026l\u001b[m\u001b[?7h\u001b[?25h\u001b[?1049l';
/** Longer than a terminal takes between the bytes of one key, shorter than a person notices. */
const escapeMs = 50;
/** Where the terminal does not tell: the size of a VT100. */
const defaultSize: ScreenSize = { columns: 80, rows: 24 };

export class Screen implements Disposable {
  readonly #stdin: Terminal['stdin'];
  readonly #stdout: Terminal['stdout'];
  readonly #listener: ScreenListener;
  readonly #writer: FrameWriter;
  readonly #decoder = new KeyDecoder();
  /** Undefined while the terminal is not ours. */
  #outlet: Outlet | undefined;
  #disposed = false;
  #escapeTimer: NodeJS.Timeout | undefined;

  constructor(
    { stdin, stdout }: Pick<Terminal, 'stdin' | 'stdout'>,
    listener: ScreenListener,
    options: ScreenOptions,
  ) {
    this.#stdin = stdin;
    this.#stdout = stdout;
    this.#listener = listener;
    this.#writer = new FrameWriter(options);
    stdin.on('data', this.#onData).on('end', this.#onGone).on('error', this.#onGone);
    stdout.on('resize', this.#onStale).on('close', this.#onGone);
    process.on('SIGCONT', this.#onContinue).on('SIGTSTP', this.#onStop).on('exit', this.#onExit);
    this.#enter();
  }

  get size(): ScreenSize {
    const { columns, rows } = this.#stdout;
    return columns === undefined || rows === undefined || columns < 1 || rows < 1
      ? defaultSize
      : { columns, rows };
  }

  /** The terminal has not taken the last frame yet: another one would only wait. */
  get busy(): boolean {
    return this.#outlet?.busy ?? true;
  }

  /** @returns whether the frame was shown: while the terminal is busy it is not even drawn */
  draw(paint: (frame: CellBuffer) => void): boolean {
    const outlet = this.#outlet;
    if (outlet === undefined || outlet.busy) return false;
    const { columns, rows } = this.size;
    paint(this.#writer.begin(columns, rows));
    const bytes = this.#writer.finish();
    if (bytes.length > 0) outlet.write(bytes);
    return true;
  }

  /** Writes everything again at the next frame: what another program wrote over us goes away. */
  redraw(): void {
    this.#writer.forget();
    this.#listener.stale();
  }

  /** Another reader has the terminal, as it was, until the returned value is disposed. */
  lend(): Disposable {
    this.#leave();
    return { [Symbol.dispose]: () => this.#enter() };
  }

  /** Ctrl-Z: the whole job stops here, and goes on behind this line when the shell says so. */
  suspend(): void {
    this.#leave();
    process.off('SIGTSTP', this.#onStop);
    process.kill(0, 'SIGTSTP');
    process.on('SIGTSTP', this.#onStop);
    this.#enter();
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    clearTimeout(this.#escapeTimer);
    process.off('SIGCONT', this.#onContinue).off('SIGTSTP', this.#onStop).off('exit', this.#onExit);
    this.#stdin.off('data', this.#onData).off('end', this.#onGone).off('error', this.#onGone);
    this.#stdout.off('resize', this.#onStale).off('close', this.#onGone);
    this.#leave();
  }

  #enter(): void {
    if (this.#outlet !== undefined || this.#disposed) return;
    this.#stdin.setRawMode?.(true);
    this.#stdin.resume();
    this.#outlet = openOutlet(this.#stdout, this.#onGone);
    this.#outlet.write(Buffer.from(enter));
    this.redraw();
  }

  #leave(): void {
    const outlet = this.#outlet;
    if (outlet === undefined) return;
    this.#outlet = undefined;
    outlet.end(Buffer.from(leave));
    try {
      this.#stdin.pause();
      this.#stdin.setRawMode?.(false);
    } catch {
      // EIO: the terminal is gone, and its settings with it.
    }
  }

  readonly #onData = (data: Buffer | string): void => {
    if (this.#outlet === undefined) return;
    clearTimeout(this.#escapeTimer);
    const bytes = typeof data === 'string' ? Buffer.from(data) : data;
    this.#tell(this.#decoder.push(bytes));
    if (this.#decoder.undecided) {
      this.#escapeTimer = setTimeout(() => this.#tell(this.#decoder.settle()), escapeMs);
    }
  };

  #tell(keys: readonly Key[]): void {
    if (keys.length > 0) this.#listener.keys(keys);
  }

  readonly #onStale = (): void => this.redraw();

  readonly #onGone = (): void => this.#listener.gone();

  /** After `kill -STOP`, of which nobody heard: the shell has had the terminal meanwhile, with its own settings. */
  readonly #onContinue = (): void => {
    if (this.#outlet === undefined) return;
    // Node sets a mode only when it is another one than before.
    this.#stdin.setRawMode?.(false);
    this.#stdin.setRawMode?.(true);
    if (!this.#outlet.busy) this.#outlet.write(Buffer.from(enter));
    this.redraw();
  };

  /** `kill -TSTP`: as Ctrl-Z. */
  readonly #onStop = (): void => this.suspend();

  readonly #onExit = (): void => this.#leave();
}
