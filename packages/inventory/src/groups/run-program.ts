// Runs a program of this machine that knows groups (Slurm's, a site's own) and takes its answer.
import { spawn } from 'node:child_process';
import type { Environment } from '../cluster-file/locate-cluster-file.ts';
import { HeorotError } from '../error/heorot-error.ts';

export interface Program {
  /** The group source on whose behalf it runs: named in errors. */
  readonly source: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Environment;
  readonly cwd: string;
  /** Ended, with all it started, after this time. */
  readonly timeoutMs?: number;
}

const MOST_OUTPUT = 64 * 1024 * 1024;

/** What it wrote to stdout. @throws HeorotError `source-failed` with the exit status and the first line of stderr */
export async function runProgram({
  source,
  file,
  args,
  env,
  cwd,
  timeoutMs = 30_000,
}: Program): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  // A group of its own, so that a hanging pipeline ends as a whole.
  const child = spawn(file, args, {
    env: { ...env },
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const failed = (what: string, hint?: string) =>
    new HeorotError(
      'source-failed',
      `group source '${source}' failed: ${what}`,
      hint === undefined ? {} : { hint },
    );
  const giveUp = (what: string) => {
    if (child.pid !== undefined) endGroup(child.pid);
    reject(failed(what));
  };
  const timer = setTimeout(() => giveUp(`no answer within ${timeoutMs / 1000} s`), timeoutMs);
  const stdout: Buffer[] = [];
  let size = 0;
  let complaint = '';
  child.stdout.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > MOST_OUTPUT) giveUp('more than 64 MB of output');
    else stdout.push(chunk);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    if (complaint.length < 2000) complaint += chunk.toString('utf8');
  });
  child.on('error', (cause) => {
    clearTimeout(timer);
    reject(
      failed(
        `${file}: ${'code' in cause && cause.code === 'ENOENT' ? 'not found' : cause.message}`,
        `is it installed and on PATH?`,
      ),
    );
  });
  child.on('close', (code, signal) => {
    clearTimeout(timer);
    if (code === 0) resolve(Buffer.concat(stdout).toString('utf8'));
    else
      reject(
        failed(`${code === null ? `ended by ${signal}` : `exit status ${code}`}${firstLine(complaint)}`),
      );
  });
  return await promise;
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself meanwhile.
  }
}

function firstLine(stderr: string): string {
  const line = stderr.split('\n').find((text) => text.trim() !== '');
  return line === undefined ? '' : `: ${line.trim().replace(/[^\x20-\x7e]/g, '?')}`;
}
