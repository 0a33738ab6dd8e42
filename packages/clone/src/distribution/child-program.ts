// A program of the distribution as our child: what it says last is kept for the notice, and it ends with us.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface ChildProgram extends AsyncDisposable {
  /** Resolves when it has ended, however; never rejects. */
  readonly ended: Promise<{ readonly code: number | null; readonly words: string }>;
  /** When it last said something, as `performance.now()`. */
  heardAt(): number;
  kill(): void;
}

const graceMs = 2000;

/** @param hear what it says on either stream, as it comes */
export function startProgram(command: readonly string[], hear: (text: string) => void): ChildProgram {
  const [program = '', ...operands] = command;
  const child = spawn(program, operands, { stdio: ['ignore', 'pipe', 'pipe'] });
  let words = '';
  let heardAt = performance.now();
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes: Buffer) => {
      const text = bytes.toString('latin1');
      heardAt = performance.now();
      words = `${words}${text}`.slice(-500);
      hear(text);
    });
  const ended = new Promise<{ readonly code: number | null; readonly words: string }>((resolve) => {
    child.once('error', (error) => resolve({ code: null, words: error.message }));
    child.once('close', (code) => resolve({ code, words: lastLine(words) }));
  });
  return {
    ended,
    heardAt: () => heardAt,
    kill: () => void child.kill('SIGKILL'),
    [Symbol.asyncDispose]: async () => {
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await exit;
      clearTimeout(timer);
    },
  };
}

function lastLine(words: string): string {
  return (
    words
      .split(/[\r\n]/)
      .filter((line) => line.trim() !== '')
      .at(-1) ?? ''
  );
}
