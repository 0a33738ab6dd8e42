// Runs a program of this machine to its end.
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { HeorotError } from '@heorot/inventory';

export interface RunOptions {
  readonly cwd?: string;
  readonly signal?: AbortSignal | undefined;
  readonly input?: string;
}

/**
 * @returns what it wrote to stdout
 * @throws HeorotError `program-missing`, `program-failed` with the last line it wrote to stderr; AbortError
 */
export async function runProgram(
  program: string,
  operands: readonly string[],
  { cwd, signal, input = '' }: RunOptions = {},
): Promise<string> {
  const child = spawn(program, operands, {
    stdio: 'pipe',
    ...(cwd !== undefined && { cwd }),
    ...(signal && { signal }),
    // What programs say is read: in English, sorted by bytes.
    env: { ...process.env, LC_ALL: 'C.UTF-8', LANGUAGE: '' },
  });
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  try {
    const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    if (code === 0) return stdout;
    const reason = stderr.trim().split('\n').at(-1) || `exit ${code}`;
    throw new HeorotError('program-failed', `${program} ${operands.slice(0, 3).join(' ')}: ${reason}`);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')
      throw new HeorotError('program-missing', `${program} is not installed`, { cause });
    throw cause;
  }
}
