import type { NodeResult, Outcome } from '@heorot/fanout';
import { describe, expect, it } from 'vitest';
import { nextStep } from './end-of-run.ts';

const fold = (nodes: readonly string[]): string => nodes.join();
const ends = (outcomes: Record<string, Outcome>): { results: NodeResult[] } => ({
  results: Object.entries(outcomes).map(([node, outcome]) => ({ node, outcome, elapsedMs: 1 })),
});
const unknown = (node: string): Outcome => ({
  kind: 'host-key',
  reason: 'not known',
  hint: `nodes trust -w ${node}`,
});

describe('the next step', () => {
  it('is to trust all nodes whose keys are not known', () => {
    expect(nextStep(ends({ n1: unknown('n1') }), 'again', fold)).toBe('nodes trust -w n1');
    const two = ends({ n1: unknown('n1'), n2: { kind: 'ok' }, n3: unknown('n3') });
    expect(nextStep(two, 'again', fold)).toBe("nodes trust -w 'n1,n3'");
  });

  it('is no longer than one can paste', () => {
    const many = Object.fromEntries(
      Array.from({ length: 100 }, (_, i) => [`n${2 * i}`, unknown(`n${2 * i}`)] as const),
    );
    expect(nextStep(ends(many), 'again', fold)).toBe('nodes trust, with the same -w, -g or -a');
  });

  it('is the alarm where one key has changed', () => {
    const changed: Outcome = { kind: 'host-key', reason: 'CHANGED', hint: 'ask its administrator' };
    expect(nextStep(ends({ n1: unknown('n1'), n2: changed }), 'again', fold)).toBe('ask its administrator');
  });

  it('is to log in otherwise where only the login failed', () => {
    const denied: Outcome = { kind: 'auth', reason: 'permission denied' };
    expect(nextStep(ends({ n1: denied, n2: { kind: 'ok' } }), 'dsh --retry', fold)).toMatch(
      /^first let them in: .*-l USER or --ask-password; then dsh --retry$/,
    );
    const mixed = ends({ n1: denied, n2: { kind: 'exit', code: 1 } });
    expect(nextStep(mixed, 'again', fold)).toBe('again on those: again');
  });

  it('is to try again where something failed', () => {
    expect(nextStep(ends({ n1: { kind: 'exit', code: 1 } }), 'again', fold)).toBe('again on those: again');
    expect(nextStep(ends({ n1: { kind: 'ok' } }), 'again', fold)).toBeUndefined();
  });
});
