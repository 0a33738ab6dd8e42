import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { patternList } from './pattern-list.ts';

test.each([
  [['*'], 'anything', true],
  [['*'], '', true],
  [['n?'], 'n1', true],
  [['n?'], 'n', false],
  [['n?'], 'n12', false],
  [['n*1'], 'n1', true],
  [['n*1'], 'n11', true],
  [['n*1'], 'n12', false],
  [['*.a.*.b'], 'x.a.y.a.z.b', true],
  [['a*a'], 'a', false],
  [['**'], 'x', true],
  [['n*', '!n1'], 'n1', false],
  [['!n1', 'n*'], 'n2', true],
  [['!n1'], 'n2', false],
  [['n.'], 'nx', false],
  [['[n1]:22'], '[n1]:22', true],
  [[], 'n1', false],
])('%j against %s: %s', (patterns, text, matches) => {
  expect(patternList(patterns)(text)).toBe(matches);
});

test('agrees with the regular expression it avoids', () => {
  const part = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 });
  const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
  fc.assert(
    fc.property(part, text, (pattern, subject) => {
      const regex = new RegExp(`^${pattern.replaceAll('?', '.').replaceAll(/\*+/g, '.*')}$`);
      expect(patternList([pattern])(subject)).toBe(regex.test(subject));
    }),
    { numRuns: 2000 },
  );
});
