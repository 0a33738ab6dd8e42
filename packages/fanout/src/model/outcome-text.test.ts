// One outcome, one wording, one exit code.
import { describe, expect, it } from 'vitest';
import type { Outcome } from './outcome.ts';
import { describeOutcome, exitCodeOf, largestExitCode } from './outcome-text.ts';

const outcomes: [Outcome, string, number, number][] = [
  [{ kind: 'ok' }, 'ok', 0, 0],
  [{ kind: 'exit', code: 3 }, 'exit 3', 1, 3],
  [{ kind: 'signal', signal: 'TERM' }, 'ended by signal TERM', 1, 143],
  [
    { kind: 'signal', signal: 'unknown' },
    'ended by a signal, OpenSSH does not say by which: --transport ssh2 does',
    1,
    255,
  ],
  [{ kind: 'command-timeout', afterMs: 1500, cleanup: 'ended' }, 'command timeout after 1.5 s', 4, 255],
  [
    { kind: 'command-timeout', afterMs: 2000, cleanup: 'may-still-run' },
    'command timeout after 2 s; its processes may still run',
    4,
    255,
  ],
  [{ kind: 'connect-timeout', afterMs: 10_000, reason: 'no answer' }, 'connect timeout: no answer', 4, 255],
  [{ kind: 'unreachable', reason: 'refused' }, 'unreachable: refused', 4, 255],
  [{ kind: 'host-key', reason: 'unknown', hint: '' }, 'host key: unknown', 4, 255],
  [
    { kind: 'host-key', reason: 'HOST KEY OF n1 HAS CHANGED', hint: '' },
    'HOST KEY OF n1 HAS CHANGED',
    4,
    255,
  ],
  [{ kind: 'auth', reason: 'refused' }, 'authentication: refused', 4, 255],
  [{ kind: 'cancelled', reason: 'interrupted', cleanup: 'ended' }, 'cancelled: interrupted', 4, 255],
  [{ kind: 'skipped', reason: 'down' }, 'skipped: down', 0, 0],
];

describe('an outcome', () => {
  it.each(outcomes)('%o is told as %s, exits %i, counts %i for -S', (outcome, words, code, largest) => {
    const results = [{ node: 'n1', outcome, elapsedMs: 1 }];
    expect([describeOutcome(outcome), exitCodeOf({ results }), largestExitCode({ results })]).toEqual([
      words,
      code,
      largest,
    ]);
  });

  it('of the worst node decides, and an interruption over all', () => {
    const results = outcomes.map(([outcome], index) => ({ node: `n${index}`, outcome, elapsedMs: 1 }));
    expect(exitCodeOf({ results })).toBe(1);
    expect(exitCodeOf({ results, interrupted: true })).toBe(130);
    expect(largestExitCode({ results })).toBe(255);
  });
});
