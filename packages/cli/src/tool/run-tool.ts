// Runs a tool from argv to exit code: fast paths first, then flags, the verb, errors, signals and a clean end.
import { HeorotError } from '@heorot/inventory';
import { parseFlags } from '../flags/parse-flags.ts';
import { type SplitArgv, splitArgv } from '../flags/split-argv.ts';
import { flush, writeAll } from '../output/write-all.ts';
import { type ColorWish, colorLevel } from '../theme/color-level.ts';
import { createTheme } from '../theme/create-theme.ts';
import { fastPath } from './fast-path.ts';
import { type FoundVerb, findVerb } from './find-verb.ts';
import { type Interrupts, listenForInterrupts, type StopSignal } from './interrupts.ts';
import { isBrokenPipe, reportError } from './report-error.ts';
import { type CommandContext, ExitCode, type Terminal, type Tool } from './tool.ts';

/** The parts of `process` that running a tool needs. */
export interface ProcessLike extends Terminal {
  /** With node and the script in front, as in `process.argv`. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  cwd(): string;
  exit(code: number): void;
  on(event: 'uncaughtException' | StopSignal, listener: (error: Error) => void): unknown;
  off(event: 'uncaughtException' | StopSignal, listener: (error: Error) => void): unknown;
}

export interface RunToolOptions {
  readonly version: string;
  /** Arguments behind the tool's name; those of the process by default. */
  readonly argv?: readonly string[];
}

/** As if SIGPIPE had ended us, as it ends other programs before `| head`. */
const brokenPipeExitCode = 141;

/**
 * Runs the verb that argv asks for; never throws. The caller ends the process with the exit code, because a
 * connection that hangs must not keep it.
 *
 * @example process.exit(await runTool(tool, process, { version }))
 */
export async function runTool(tool: Tool, host: ProcessLike, options: RunToolOptions): Promise<number> {
  const command: Command = { found: undefined, split: undefined };
  using interrupts = listenForInterrupts(host, {
    interactive: host.stderr.isTTY === true,
    say: (line) => {
      if (command.found?.verb.tellsInterrupts !== true) host.stderr.write(`\n${tool.name}: ${line}\n`);
    },
    leave: (code) => host.exit(code),
  });
  using crash = watchForCrash(host, interrupts);
  const outlet = watchOutlets(host, interrupts);
  let exitCode: number;
  let told: unknown;
  try {
    exitCode = await Promise.race([run(tool, host, options, interrupts, command), crash.unanswered]);
  } catch (error) {
    told = error;
    exitCode = isBrokenPipe(error) ? brokenPipeExitCode : await tell(tool, error, host, command);
  }
  const crashed = crash.error();
  if (crashed !== undefined) exitCode = await tell(tool, crashed, host, command);
  if (host.stdin.isRaw === true) host.stdin.setRawMode?.(false);
  await Promise.all([flush(host.stdout), flush(host.stderr)]);
  const failure = outlet.failure();
  if (isBrokenPipe(failure)) exitCode = brokenPipeExitCode;
  // The verb may have ended of it itself: once is enough.
  else if (failure !== undefined && failure !== told) exitCode = await tell(tool, failure, host, command);
  return interrupts.exitCode() ?? exitCode;
}

/** What is known of the command line when an error has to be told. */
interface Command {
  found: FoundVerb | undefined;
  split: SplitArgv | undefined;
}

async function run(
  tool: Tool,
  host: ProcessLike,
  { version, argv = host.argv.slice(2) }: RunToolOptions,
  interrupts: Interrupts,
  command: Command,
): Promise<number> {
  const early = await fastPath(tool, argv, { version, env: host.env, cwd: host.cwd(), stdout: host.stdout });
  if (early !== undefined) {
    await writeAll(host.stdout, early);
    return ExitCode.ok;
  }
  const found = findVerb(tool, argv);
  if (found === undefined)
    throw new HeorotError('usage', 'a verb is needed', { hint: `see ${tool.name} --help` });
  command.found = found;
  const split = splitArgv(found.rest, found.verb.flags, found.verb.operands, found.verb.foreignFlags);
  command.split = split;
  const { verb } = found;
  const flags = await parseFlags(split.tokens, verb.flags);
  const context = await contextOf(host, interrupts, split);
  const sequence = split.tokens.map(({ flag, value, operandsBefore }) => ({ flag, value, operandsBefore }));
  return verb.run({ flags, operands: split.operands, sequence }, context);
}

async function contextOf(
  host: ProcessLike,
  interrupts: Interrupts,
  split: SplitArgv,
): Promise<CommandContext> {
  const { stdin, stdout, stderr, env } = host;
  const wish = colorWishOf(split);
  const [forStdout, forStderr] = await Promise.all([
    createTheme(colorLevel(wish, stdout, env)),
    createTheme(colorLevel(wish, stderr, env)),
  ]);
  return {
    stdin,
    stdout,
    stderr,
    env,
    cwd: host.cwd(),
    theme: { stdout: forStdout, stderr: forStderr },
    drain: interrupts.drain,
    signal: interrupts.stop,
    takeInterrupts: (listener) => interrupts.takeInterrupts(listener),
  };
}

/** From the tokens, not the values: errors of parsing are coloured as well. */
function colorWishOf(split: SplitArgv | undefined): ColorWish {
  const wish = split?.tokens.findLast(({ flag }) => flag === 'color')?.value;
  return wish === 'always' || wish === 'never' ? wish : 'auto';
}

async function tell(
  tool: Tool,
  error: unknown,
  host: ProcessLike,
  { found, split }: Command,
): Promise<number> {
  const theme = await createTheme(colorLevel(colorWishOf(split), host.stderr, host.env));
  const name = found === undefined || found.name === '' ? tool.name : `${tool.name} ${found.name}`;
  const debug = split?.tokens.some(({ flag }) => flag === 'debug') ?? false;
  const report = reportError(error, { toolName: tool.name, help: `${name} --help`, debug, theme });
  await writeAll(host.stderr, `${report.lines.join('\n')}\n`).catch(() => {});
  return report.exitCode;
}

/** A closed stdout stops the run; a closed stderr is ignored: nobody reads what we have to say. */
function watchOutlets(host: ProcessLike, interrupts: Interrupts): { failure(): Error | undefined } {
  // Kept here: process.stdout is never destroyed, and its `errored` is null again a moment later.
  let failure: Error | undefined;
  host.stdout.on('error', (error) => {
    failure ??= error;
    interrupts.stopNow('stdout was closed');
  });
  host.stderr.on('error', () => {});
  return { failure: () => failure ?? host.stdout.errored ?? undefined };
}

/** How long what runs may take to end its remote processes after a crash. */
const crashGraceMs = 5000;

interface CrashWatch extends Disposable {
  error(): Error | undefined;
  /** Resolves a while after a crash, when what runs did not end by itself. */
  readonly unanswered: Promise<number>;
}

/** An error that nobody awaits is a bug: the run is stopped, so that it can end its remote processes, and it is told. */
function watchForCrash(host: ProcessLike, interrupts: Interrupts): CrashWatch {
  const { promise: unanswered, resolve } = Promise.withResolvers<number>();
  let first: Error | undefined;
  let timer: NodeJS.Timeout | undefined;
  const listener = (error: Error) => {
    first ??= error;
    timer ??= setTimeout(() => resolve(ExitCode.internal), crashGraceMs);
    interrupts.stopNow('internal error');
  };
  host.on('uncaughtException', listener);
  return {
    error: () => first,
    unanswered,
    [Symbol.dispose]: () => {
      clearTimeout(timer);
      host.off('uncaughtException', listener);
    },
  };
}
