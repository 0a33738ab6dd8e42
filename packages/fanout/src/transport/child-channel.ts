// A child process as a channel: what the local and the OpenSSH transport have in common.
import { type ChildProcessWithoutNullStreams, type SpawnOptions, spawn } from 'node:child_process';
import { type Channel, type ChannelEnd, ConnectError, type OutputFilters } from '../model/transport.ts';
import { inputOf, outputOf } from './streams.ts';

/**
 * Starts a program with pipes to all its streams; resolves once it runs.
 * @throws ConnectError `unreachable`: no such program, or an argument of more than 128 KiB (execve(2))
 */
export async function startChild(
  program: string,
  args: readonly string[],
  options: Omit<SpawnOptions, 'stdio'>,
): Promise<ChildProcessWithoutNullStreams> {
  const { promise: started, resolve, reject } = Promise.withResolvers<void>();
  try {
    const child = spawn(program, args, { ...options, stdio: 'pipe' });
    child.once('spawn', resolve);
    child.once('error', reject);
    await started;
    return child;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const reason = why.includes('E2BIG') ? 'the command is too long (128 KiB): send it as a script' : why;
    throw new ConnectError({ kind: 'unreachable', reason: `${program}: ${reason}` }, { cause: error });
  }
}

export interface ChildChannelOptions {
  /** What the child's exit says about the command. */
  readonly end: (code: number | null, signal: NodeJS.Signals | null) => ChannelEnd | Promise<ChannelEnd>;
  /** Gives the command up. */
  readonly close: () => void;
  readonly filters?: OutputFilters | undefined;
}

export function childChannel(child: ChildProcessWithoutNullStreams, options: ChildChannelOptions): Channel {
  const stdout = outputOf(child.stdout, options.filters?.stdout);
  const stderr = outputOf(child.stderr, options.filters?.stderr);
  const stdin = inputOf(child.stdin);
  const { promise: closed, resolve } = Promise.withResolvers<ChannelEnd>();
  let givenUp = false;

  child.once('exit', () => stdin.cut());
  // After 'exit', and after both outputs: a background child may hold them open, as over SSH.
  child.once('close', (code, signal) => resolve(givenUp ? closedByUs : options.end(code, signal)));

  return {
    stdin: stdin.stream,
    stdout: stdout.stream,
    stderr: stderr.stream,
    ended: Promise.all([closed, stdout.delivered, stderr.delivered]).then(([end]) => end),
    resize() {},
    close() {
      givenUp = true;
      options.close();
      for (const output of [stdout, stderr]) output.stream.destroy();
      stdin.cut();
      resolve(closedByUs);
    },
  };
}

const closedByUs: ChannelEnd = { kind: 'lost', reason: 'closed' };
