// Where a capture runs its commands: on a node over ssh, or here for a folder. The same scripts in both places.
import { spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { describeOutcome, type Fanout, scriptForAnyShell, type Target } from '@heorot/fanout';
import { HeorotError } from '@heorot/inventory';

export interface Shell {
  /** As errors name it. */
  readonly name: string;
  /**
   * Runs a script of POSIX sh; its standard output as it comes.
   * @throws HeorotError `capture-failed` at the end, unless the exit code is one of `accept`
   */
  run(script: string, options?: ShellOptions): AsyncGenerator<Uint8Array>;
}

export interface ShellOptions {
  readonly input?: AsyncIterable<Uint8Array>;
  /** Exit codes that are no failure; 0. */
  readonly accept?: readonly number[];
  /** With all that was said on standard error, as far as it is kept, and the exit code where there is one. */
  readonly said?: (text: string, code: number) => void;
}

/** More than this of what a node says on stderr is nothing to read. */
const longestStderr = 256 * 1024;

/** Through the login shell of the node. */
export function nodeShell(fanout: Fanout, target: Target, signal: AbortSignal): Shell {
  return {
    name: target.node,
    async *run(script, { input, accept = [0], said } = {}) {
      const run = fanout.run(
        [target],
        { text: scriptForAnyShell(script) },
        {
          schedule: { fanout: 1 },
          signal,
          ...(input === undefined ? {} : { stdin: Readable.from(input) }),
        },
      );
      let stderr = '';
      for await (const event of run) {
        if (event.kind === 'stdout') yield event.data;
        else if (event.kind === 'stderr' && stderr.length < longestStderr)
          stderr += Buffer.from(event.data).toString('utf8');
      }
      const { results } = await run.summary;
      const outcome = results[0]?.outcome;
      const code = outcome?.kind === 'exit' ? outcome.code : outcome?.kind === 'ok' ? 0 : undefined;
      said?.(stderr, code ?? -1);
      if (code !== undefined && accept.includes(code)) return;
      const unreachable = outcome !== undefined && outcome.kind !== 'exit' && outcome.kind !== 'signal';
      throw failure(
        target.node,
        outcome === undefined ? 'no answer' : describeOutcome(outcome),
        stderr,
        unreachable,
      );
    },
  };
}

/** On this machine, for folders. */
export function localShell(signal: AbortSignal, cwd: string): Shell {
  return {
    name: 'this machine',
    async *run(script, { input, accept = [0], said } = {}) {
      const child = spawn('sh', ['-c', script], {
        cwd,
        signal,
        stdio: ['pipe', 'pipe', 'pipe'],
        killSignal: 'SIGTERM',
      });
      const ended = new Promise<string>((resolve) => {
        child.once('error', (error) => resolve(error.message));
        child.once('close', (code, killed) =>
          resolve(accept.includes(code ?? -1) ? '' : (killed ?? `exit ${code}`)),
        );
      });
      let stderr = '';
      child.stderr.on('data', (chunk: Buffer) => {
        if (stderr.length < longestStderr) stderr += chunk.toString('utf8');
      });
      // A command that ends early no longer reads.
      child.stdin.on('error', () => undefined);
      Readable.from(input ?? []).pipe(child.stdin);
      const output: AsyncIterable<Buffer> = child.stdout;
      try {
        yield* output;
      } finally {
        if (child.exitCode === null && child.signalCode === null && !child.stdout.readableEnded) child.kill();
      }
      const why = await ended;
      signal.throwIfAborted();
      said?.(stderr, child.exitCode ?? -1);
      if (why !== '') throw failure('this machine', why, stderr, false);
    },
  };
}

function failure(where: string, why: string, stderr: string, unreachable: boolean): HeorotError {
  // A shell begins with its name, which here is the script, and a line number.
  const last = (stderr.trim().split('\n').at(-1) ?? '').replace(/^.*: \d+: /, '');
  return new HeorotError(
    unreachable ? 'node-unreachable' : 'capture-failed',
    `${where}: ${last === '' ? why : last}`,
    unreachable ? { hint: `see whether it answers: dsh -w ${where} hostname` } : {},
  );
}

/** All that a script says. */
export async function textOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
