// Runs dsh in this process as a user would type it, with streams of its own; for tests.
import { EventEmitter } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import { runTool } from '@heorot/cli';
import { tool } from '../tool.ts';

export interface DshOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Absent = a terminal: nothing is sent to the nodes. */
  readonly stdin?: string;
  /** stdout and stderr are terminals. */
  readonly terminal?: boolean;
  /** Called with everything written so far, after each write; `interrupt` is Ctrl-C, `type` presses keys. */
  readonly watch?: (
    written: { readonly stdout: string; readonly stderr: string },
    interrupt: () => void,
    type: (keys: string) => void,
  ) => void;
}

export interface DshResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export async function runDsh(argv: readonly string[], options: DshOptions = {}): Promise<DshResult> {
  const signals = new EventEmitter();
  const written = { stdout: '', stderr: '' };
  const stdin = inlet(options.stdin);
  const outlet = (name: 'stdout' | 'stderr'): Writable & { isTTY?: boolean; columns?: number } =>
    Object.assign(
      new Writable({
        write(chunk: Buffer, _encoding, done) {
          // A node's bytes one by one; our own words as what they are.
          written[name] += chunk.toString(name === 'stdout' ? 'latin1' : 'utf8');
          options.watch?.(
            written,
            () => signals.emit('SIGINT'),
            (keys) => void stdin.write(keys),
          );
          done();
        },
      }),
      options.terminal === true ? { isTTY: true, columns: 100 } : {},
    );
  const code = await runTool(
    tool,
    {
      argv: ['node', 'dsh', ...argv],
      env: { HOME: '/nonexistent', ...options.env },
      cwd: () => options.cwd ?? '/',
      stdin,
      stdout: outlet('stdout'),
      stderr: outlet('stderr'),
      on: (signal, listener) => signals.on(signal, listener),
      off: (signal, listener) => signals.off(signal, listener),
      exit: () => {},
    },
    { version: '0.0.0' },
  );
  return { code, ...written };
}

function inlet(text: string | undefined): PassThrough & { isTTY?: boolean } {
  const stream = new PassThrough();
  if (text === undefined) return Object.assign(stream, { isTTY: true });
  stream.end(text);
  return stream;
}
