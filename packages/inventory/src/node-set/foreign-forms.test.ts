import { describe, expect, it } from 'vitest';
import { parseExpression } from './parse-expression.ts';

const hintOf = (text: string): string | undefined => {
  try {
    parseExpression(text);
  } catch (error) {
    if (error instanceof Error && 'hint' in error && typeof error.hint === 'string') return error.hint;
  }
  return undefined;
};

describe('what pdsh would have understood', () => {
  const fromFile = 'nodes of a file, which pdsh names with ^: -w "$(nodes fold < hosts)"';
  it.each([
    ['^hosts', fromFile],
    ['n1,^hosts', fromFile],
    ['n[1-4],^hosts,n9', fromFile],
    [
      '/^n[12]$/',
      `wildcards are n1* and n?; by regular expression: -w "$(nodes expand -S '\\n' -a | grep -E '^n[12]$' | nodes fold)"`,
    ],
    ['-', 'names that come on standard input: -w "$(nodes fold)"'],
    ['-n[1-2]', 'to leave nodes out: -x n[1-2], or SET!n[1-2]'],
    ['n[1-8],-n3', 'to leave nodes out: -x n3, or SET!n3'],
    ['ssh:n1', 'how nodes are reached is said with --transport NAME'],
  ])('%s is refused with what to type here', (text, hint) => {
    expect(hintOf(text)).toBe(hint);
  });

  it.each(['n1^n2', 'n[1-4]!n2', '@compute^@rack1'])('%s is ours', (text) => {
    expect(() => parseExpression(text)).not.toThrow();
  });

  it.each(['n1,', '/etc', 'n1 -n2'])('%s keeps its own hint', (text) => {
    expect(hintOf(text)).not.toMatch(/pdsh|regular|leave nodes out/);
  });
});
