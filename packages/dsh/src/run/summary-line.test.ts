import { plainTheme } from '@heorot/cli';
import type { Outcome } from '@heorot/fanout';
import { describe, expect, it } from 'vitest';
import { summaryOf } from '../testing/summary-of.ts';
import { summaryLine } from './summary-line.ts';

const ok: Outcome = { kind: 'ok' };
const refused = (address: string): Outcome => ({
  kind: 'unreachable',
  reason: `connection refused: ${address} port 22`,
});
const line = (ends: Record<string, Outcome>, stopped?: string): string =>
  summaryLine(
    { ...summaryOf(Object.entries(ends).map(([node, outcome]) => ({ node, outcome }))), stopped },
    { theme: plainTheme, fold: (nodes) => nodes.join() },
  );

describe('the summary line', () => {
  it.each([
    ['one good node', { n1: ok }, '1 ok in 1.2 s'],
    ['good nodes', { n1: ok, n2: ok }, '2 of 2 ok in 1.2 s'],
    [
      'exit codes, the most frequent first',
      { n1: { kind: 'exit', code: 2 }, n2: { kind: 'exit', code: 1 }, n3: { kind: 'exit', code: 1 } },
      '0 of 3 ok in 1.2 s · exit 1: n2,n3 · exit 2: n1',
    ],
    [
      'the whole reason of one node',
      { n1: ok, n2: refused('10.0.0.2') },
      '1 of 2 ok in 1.2 s · unreachable: n2 (connection refused: 10.0.0.2 port 22)',
    ],
    [
      'commands that could not be ended',
      {
        n1: { kind: 'cancelled', reason: 'interrupted', cleanup: 'ended' },
        n2: { kind: 'cancelled', reason: 'interrupted', cleanup: 'may-still-run' },
      },
      '0 of 2 ok in 1.2 s · cancelled: n1,n2 (interrupted) · may still run: n2',
    ],
    [
      'a long reason by its beginning',
      { n1: { kind: 'host-key', reason: `HOST KEY OF n1 HAS CHANGED: ${'x'.repeat(200)}`, hint: '' } },
      '0 of 1 ok in 1.2 s · host-key: n1 (HOST KEY OF the node HAS CHANGED)',
    ],
    [
      'what the reasons of many have in common',
      { n1: refused('10.0.0.1'), n2: refused('10.0.0.2') },
      '0 of 2 ok in 1.2 s · unreachable: n1,n2 (connection refused)',
    ],
  ] as const)('tells of %s', (_, ends, expected) => {
    expect(line(ends)).toBe(expected);
  });

  it('says why the run stopped, once', () => {
    const skipped: Outcome = { kind: 'skipped', reason: '1 node failed, 0 allowed' };
    expect(line({ n1: ok, n2: skipped }, '1 node failed, 0 allowed')).toBe(
      '1 of 2 ok in 1.2 s · skipped: n2 (1 node failed, 0 allowed)',
    );
    expect(line({ n1: ok }, 'interrupted')).toBe('1 ok in 1.2 s · stopped: interrupted');
  });

  it('stays short however much there is to say of a node', () => {
    const talkative: Outcome = { kind: 'unreachable', reason: 'x'.repeat(5000) };
    expect(line({ n1: talkative }).length).toBeLessThan(200);
  });

  it('stays short however many ways there are to fail', () => {
    const ends = Object.fromEntries(
      Array.from({ length: 20 }, (_, i): [string, Outcome] => [`n${i}`, { kind: 'exit', code: i + 1 }]),
    );
    expect(line(ends)).toMatch(/exit 8: n7 · 12 more in 12 other ways$/);
  });
});
