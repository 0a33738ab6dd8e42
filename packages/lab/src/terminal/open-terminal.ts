// A real terminal for tests: a program in a window of tmux, typed at and read as a person would. Needs tmux.
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

export interface TerminalOptions {
  /** The program and its arguments. */
  readonly command: readonly string[];
  /** All of its environment but TERM. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** 100 x 30. */
  readonly columns?: number;
  readonly rows?: number;
}

export interface TestTerminal extends AsyncDisposable {
  /** Text as it stands, as typed or pasted; `\r` is Enter. */
  type(text: string): Promise<void>;
  /** Keys by tmux's names: `Enter`, `Tab`, `Up`, `C-c`. */
  press(...keys: readonly string[]): Promise<void>;
  /** What stands on the screen, without blank lines at its end. */
  screen(): Promise<string>;
  /** The screen and what has scrolled off it. */
  everything(): Promise<string>;
  /** @returns the screen once it matches. @throws with the screen when it does not within `timeoutMs`, 30 s */
  waitFor(pattern: RegExp, timeoutMs?: number): Promise<string>;
  /** Exit code of the program; 128 + N where signal N ended it. */
  ended(): Promise<number>;
  resize(columns: number, rows: number): Promise<void>;
  /** `stty -a` of the terminal. */
  settings(): Promise<string>;
}

const run = promisify(execFile);
const pollMs = 40;

/** Opens a terminal of a tmux server of its own; disposing ends both. */
export async function openTerminal(options: TerminalOptions): Promise<TestTerminal> {
  const { command, env, cwd = '/', columns = 100, rows = 30 } = options;
  const socket = `heorot-${process.pid}-${randomUUID().slice(0, 8)}`;
  const tmux = async (...parameters: readonly string[]): Promise<string> =>
    (await run('tmux', ['-L', socket, '-f', '/dev/null', ...parameters], { maxBuffer: 1 << 24 })).stdout;
  const show = async (format: string): Promise<string> => (await tmux('display', '-p', format)).trim();
  const capture = async (...more: readonly string[]): Promise<string> =>
    (await tmux('capture-pane', '-p', ...more)).trimEnd();

  const ending = join(tmpdir(), `${socket}.ended`);
  // A shell in front stays when the program has ended: tmux forgets now and then how it ended, and scrolls to say so.
  const watch = `trap : INT QUIT; trap gone=1 HUP; "$@"; echo $? >"$0"; [ -n "$gone" ] || exec sleep infinity`;
  const watched = ['sh', '-c', watch, ending, 'env', '-i'];

  const settings = Object.entries({ TERM: 'screen-256color', ...env }).map(
    ([name, value]) => `${name}=${value}`,
  );
  const size = ['-x', String(columns), '-y', String(rows)];
  // A first window that stays: the options must be set before the program runs, which may end at once.
  await tmux('new-session', '-d', ...size, '-c', cwd, '--', 'sleep', 'infinity');
  await tmux('set', '-g', 'status', 'off', ';', 'set', '-g', 'history-limit', '20000');
  await tmux('set', '-g', 'window-size', 'manual', ';', 'resize-window', ...size);
  await tmux('respawn-pane', '-k', '-c', cwd, '--', ...watched, ...settings, ...command);

  const terminal: TestTerminal = {
    async type(text) {
      await tmux('send-keys', '-l', '--', text);
    },
    async press(...keys) {
      await tmux('send-keys', '--', ...keys);
    },
    screen: () => capture(),
    everything: () => capture('-S', '-'),
    async waitFor(pattern, timeoutMs = 30_000) {
      const deadline = Date.now() + timeoutMs;
      for (;;) {
        const screen = await capture();
        if (pattern.test(screen)) return screen;
        if (Date.now() > deadline) throw new Error(`no ${pattern} on the screen:\n${screen}`);
        await sleep(pollMs);
      }
    },
    async ended() {
      const deadline = Date.now() + 30_000;
      for (;;) {
        const code = await readFile(ending, 'utf8').catch(() => '');
        if (code.endsWith('\n')) return Number(code);
        if (Date.now() > deadline) throw new Error(`still running:\n${await capture().catch(() => '')}`);
        await sleep(pollMs);
      }
    },
    async resize(width, height) {
      await tmux('resize-window', '-x', String(width), '-y', String(height));
    },
    async settings() {
      return (await run('stty', ['-a', '-F', await show('#{pane_tty}')])).stdout;
    },
    async [Symbol.asyncDispose]() {
      await tmux('kill-server').catch(() => undefined);
      // The program hears SIGHUP and may have things to put away, perhaps where the caller is about to clean up.
      await terminal.ended().catch(() => undefined);
      await rm(ending, { force: true });
    },
  };
  return terminal;
}
