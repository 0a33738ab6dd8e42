// Runs clone in this process as a user would type it, without a terminal; for tests.
import { EventEmitter } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import { runTool } from '@heorot/cli';
import { tool } from '../tool.ts';

export interface CloneResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CloneOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Interrupts what runs until it is interrupted. */
  readonly signal?: AbortSignal;
  /** With each line that was written to stderr. */
  readonly heard?: (line: string) => void;
}

export async function runClone(argv: readonly string[], options: CloneOptions): Promise<CloneResult> {
  const signals = new EventEmitter();
  const written = { stdout: '', stderr: '' };
  options.signal?.addEventListener('abort', () => signals.emit('SIGTERM'));
  const outlet = (name: 'stdout' | 'stderr'): Writable =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        written[name] += chunk.toString('utf8');
        if (name === 'stderr') options.heard?.(chunk.toString('utf8'));
        done();
      },
    });
  const stdin = new PassThrough();
  stdin.end();
  const code = await runTool(
    tool,
    {
      argv: ['node', 'clone', ...argv],
      env: options.env,
      cwd: () => options.cwd,
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
