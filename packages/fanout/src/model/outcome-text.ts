// Outcomes in words and as exit codes: the same for every tool.
import type { RunSummary } from './event.ts';
import type { Cleanup, Outcome } from './outcome.ts';
import { signalNumber } from './signal-number.ts';

/** @example `exit 3`, `signal TERM`, `timed out after 10 s; its processes may still run` */
export function describeOutcome(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'ok':
      return 'ok';
    case 'exit':
      return `exit ${outcome.code}`;
    case 'signal':
      return outcome.signal === 'unknown'
        ? 'ended by a signal, OpenSSH does not say by which: --transport ssh2 does'
        : `ended by signal ${outcome.signal}`;
    case 'command-timeout':
      return `command timeout after ${seconds(outcome.afterMs)}${leftBehind(outcome.cleanup)}`;
    case 'connect-timeout':
      return `connect timeout: ${outcome.reason}`;
    case 'unreachable':
      return `unreachable: ${outcome.reason}${outcome.cleanup === undefined ? '' : leftBehind(outcome.cleanup)}`;
    case 'host-key':
      // Most reasons begin with these words themselves.
      return /^host key /i.test(outcome.reason) ? outcome.reason : `host key: ${outcome.reason}`;
    case 'auth':
      return `authentication: ${outcome.reason}`;
    case 'cancelled':
      return `cancelled: ${outcome.reason}${leftBehind(outcome.cleanup)}`;
    case 'skipped':
      return `skipped: ${outcome.reason}`;
    default:
      return outcome satisfies never;
  }
}

const leftBehind = (cleanup: Cleanup) => (cleanup === 'ended' ? '' : '; its processes may still run');
const seconds = (ms: number) => `${Number((ms / 1000).toFixed(1))} s`;

/**
 * 0 all asked for was done · 1 a command failed · 4 a node could not be reached or timed out, and nothing worse ·
 * 130 interrupted.
 */
export function exitCodeOf(summary: Pick<RunSummary, 'results' | 'interrupted'>): number {
  if (summary.interrupted === true) return 130;
  const kinds = new Set(summary.results.map(({ outcome }) => outcome.kind));
  if (kinds.has('exit') || kinds.has('signal')) return 1;
  return [...kinds].some((kind) => kind !== 'ok' && kind !== 'skipped') ? 4 : 0;
}

/** For `-S`: the largest code a shell would have given; 255 for a node that has none, as ssh does. */
export function largestExitCode(summary: Pick<RunSummary, 'results'>): number {
  return summary.results.reduce((largest, { outcome }) => Math.max(largest, codeOf(outcome)), 0);
}

function codeOf(outcome: Outcome): number {
  if (outcome.kind === 'ok' || outcome.kind === 'skipped') return 0;
  if (outcome.kind === 'exit') return outcome.code;
  const signal = outcome.kind === 'signal' ? signalNumber(outcome.signal) : 0;
  return signal === 0 ? 255 : 128 + signal;
}
