// From flags and the process to the engine's options.
import type { CommandContext } from '@heorot/cli';
import type { RunOptions } from '@heorot/fanout';
import type { DshFlags } from '../flags/dsh-flags.ts';
import type { Passthrough } from './passthrough.ts';
import { scheduleOf } from './schedule-of.ts';

export function runOptions(
  flags: DshFlags,
  context: CommandContext,
  total: number,
  passthrough?: Pick<Passthrough, 'input' | 'left'>,
): RunOptions {
  const stdin = passthrough?.input ?? (feedsStdin(flags, context) ? context.stdin : undefined);
  return {
    ...transferOptions(flags, context, total),
    ...(passthrough === undefined ? {} : { signal: AbortSignal.any([context.signal, passthrough.left]) }),
    ...(stdin === undefined ? {} : { stdin }),
  };
}

/** The options that runs and copies share. */
export function transferOptions(
  flags: DshFlags,
  context: CommandContext,
  total: number,
): Omit<RunOptions, 'stdin'> {
  const connectTimeoutMs = flags['connect-timeout'];
  // As for pdsh, clush and :timeout at the prompt, 0 is no limit.
  const commandTimeoutMs = flags['command-timeout'] || undefined;
  return {
    schedule: scheduleOf(flags, total),
    drain: context.drain,
    signal: context.signal,
    ...(connectTimeoutMs === undefined ? {} : { connectTimeoutMs }),
    ...(commandTimeoutMs === undefined ? {} : { commandTimeoutMs }),
  };
}

/** As clush: stdin goes to the nodes unless it is a terminal, or -n was given, or the password comes from there. */
function feedsStdin(flags: DshFlags, { stdin }: CommandContext): boolean {
  return stdin.isTTY !== true && !flags['no-stdin'] && flags['sudo-password-fd'] !== 0;
}
