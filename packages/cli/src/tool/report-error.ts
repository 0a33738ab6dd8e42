// How an error that ends the run is told: one line, a hint, an exit code; the trace only with --debug.
import { inspect } from 'node:util';
import { HeorotError } from '@heorot/inventory';
import type { Theme } from '../theme/theme.ts';
import { ExitCode } from './tool.ts';

export interface ErrorReport {
  readonly lines: readonly string[];
  readonly exitCode: number;
}

export interface ReportContext {
  readonly toolName: string;
  /** The help that tells more: `nodes fold --help`. */
  readonly help: string;
  readonly debug: boolean;
  readonly theme: Theme;
}

const issueTracker = 'please report it, with what --debug prints';

export function reportError(error: unknown, context: ReportContext): ErrorReport {
  const { toolName, help, debug, theme } = context;
  const line = (message: string) => `${toolName}: ${theme.bad(message)}`;
  const trace = debug ? inspect(error, { depth: 4 }).split('\n') : [];
  if (error instanceof HeorotError) {
    const hint = error.hint ?? (error.code === 'usage' ? `see ${help}` : undefined);
    const hints = hint === undefined ? [] : hint.split('\n').map((text) => `  ${text}`);
    return { lines: [line(error.message), ...hints, ...trace], exitCode: exitCodeOf(error.code) };
  }
  if (isSystemError(error))
    return { lines: [line(error.message), ...trace], exitCode: ExitCode.configuration };
  if (isFullDatabase(error)) {
    const where = '  free space where $XDG_STATE_HOME lies (~/.local/state), and try again';
    return {
      lines: [line(`records cannot be kept: ${error.message}`), where, ...trace],
      exitCode: ExitCode.configuration,
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  return {
    lines: [line(`unexpected error: ${firstLine(message)}`), `  this is a bug; ${issueTracker}`, ...trace],
    exitCode: ExitCode.internal,
  };
}

/** Exit codes by the beginning of the error code; the rest of what ends a run is a matter of set-up. */
const exitCodesByPrefix = [
  ['usage', ExitCode.usage],
  ['interrupted', ExitCode.interrupted],
  ['internal', ExitCode.internal],
] as const;

function exitCodeOf(errorCode: string): number {
  const found = exitCodesByPrefix.find(
    ([prefix]) => errorCode === prefix || errorCode.startsWith(`${prefix}-`),
  );
  return found?.[1] ?? ExitCode.configuration;
}

/** A refusal of the operating system (errno(3)): a full disk, a missing file. Its message says all; it is no bug. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return (
    error instanceof Error && 'syscall' in error && 'code' in error && /^E[A-Z0-9]+$/.test(String(error.code))
  );
}

/** SQLITE_FULL, and SQLITE_IOERR, which is what a full disk is to its write-ahead log (https://www.sqlite.org/rescode.html). */
function isFullDatabase(error: unknown): error is Error {
  return error instanceof Error && 'errcode' in error && [10, 13].includes(Number(error.errcode) & 0xff);
}

/** The reader of our output is gone: `| head`. */
export function isBrokenPipe(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED')
  );
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
