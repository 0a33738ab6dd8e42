// Thirteen verdicts are too many colours: four kinds of them, each also told by a letter.
import type { Verdict } from '../judge/verdict.ts';

export type VerdictClass = 'good' | 'weak' | 'bad' | 'unknown';

const table: Readonly<Record<Verdict, { readonly kind: VerdictClass; readonly letter: string }>> = {
  pass: { kind: 'good', letter: '' },
  'pass-degraded': { kind: 'weak', letter: 'p' },
  busy: { kind: 'weak', letter: 'b' },
  slow: { kind: 'weak', letter: 's' },
  throttled: { kind: 'weak', letter: 't' },
  'ecc-ce': { kind: 'bad', letter: 'c' },
  'ecc-ue': { kind: 'bad', letter: 'U' },
  'data-error': { kind: 'bad', letter: 'D' },
  crashed: { kind: 'bad', letter: 'X' },
  rebooted: { kind: 'bad', letter: 'R' },
  oom: { kind: 'unknown', letter: 'o' },
  lost: { kind: 'unknown', letter: '?' },
  'tool-error': { kind: 'unknown', letter: 'e' },
};

export function verdictClass(verdict: Verdict): VerdictClass {
  return table[verdict].kind;
}

/** One letter, for a cell of a few millimetres; none for what passed. */
export function verdictLetter(verdict: Verdict): string {
  return table[verdict].letter;
}
