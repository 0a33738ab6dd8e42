// Runs memtest-runner in this process as a user would type it, with streams of its own; for tests.
import { EventEmitter } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import { runTool } from '@heorot/cli';
import { tool } from '../tool.ts';

export interface MemtestResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface MemtestCommand {
  readonly done: Promise<MemtestResult>;
  /** What was written until now. */
  readonly written: { readonly stdout: string; readonly stderr: string };
  interrupt(): void;
}

/** @param typed what stands on the terminal; without it there is none */
export function startMemtest(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  typed?: string,
): MemtestCommand {
  const signals = new EventEmitter();
  const written = { stdout: '', stderr: '' };
  const outlet = (name: 'stdout' | 'stderr') =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        written[name] += chunk.toString('utf8');
        done();
      },
    });
  const stdin = Object.assign(new PassThrough(), { isTTY: typed !== undefined });
  stdin.end(typed);
  const done = runTool(
    tool,
    {
      argv: ['node', 'memtest-runner', ...argv],
      env,
      cwd: () => '/',
      stdin,
      stdout: outlet('stdout'),
      stderr: outlet('stderr'),
      on: (signal, listener) => signals.on(signal, listener),
      off: (signal, listener) => signals.off(signal, listener),
      exit: () => {},
    },
    { version: '0.0.0' },
  ).then((code) => ({ code, ...written }));
  return { done, written, interrupt: () => void signals.emit('SIGINT') };
}

export async function runMemtest(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  typed?: string,
): Promise<MemtestResult> {
  return startMemtest(argv, env, typed).done;
}
