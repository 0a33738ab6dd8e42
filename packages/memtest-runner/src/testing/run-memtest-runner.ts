// Runs memtest-runner in this process as a user would type it, with streams of its own; for tests.
import { EventEmitter } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import { runTool } from '@heorot/cli';
import { tool } from '../tool.ts';

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Typed on a terminal; absent: there is none. */
  readonly typed?: string;
}

export interface RunOutput {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export async function runMemtestRunner(
  argv: readonly string[],
  options: RunOptions = {},
): Promise<RunOutput> {
  const signals = new EventEmitter();
  const written = { stdout: '', stderr: '' };
  const stdin = Object.assign(new PassThrough(), { isTTY: options.typed !== undefined });
  stdin.end(options.typed ?? '');
  const outlet = (name: 'stdout' | 'stderr'): Writable =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        written[name] += chunk.toString('utf8');
        done();
      },
    });
  const code = await runTool(
    tool,
    {
      argv: ['node', 'memtest-runner', ...argv],
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
