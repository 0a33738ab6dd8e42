// A child process as a channel: what the local and the OpenSSH transport have in common.
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import type { Channel, ChannelEnd } from '../model/transport.ts';
import { inputOf, outputOf } from './streams.ts';

export interface ChildChannelOptions {
  /** What the child's exit says about the command. */
  readonly end: (code: number | null, signal: NodeJS.Signals | null) => ChannelEnd | Promise<ChannelEnd>;
  /** Gives the command up. */
  readonly close: () => void;
}

export function childChannel(child: ChildProcessWithoutNullStreams, options: ChildChannelOptions): Channel {
  const stdout = outputOf(child.stdout);
  const stderr = outputOf(child.stderr);
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
