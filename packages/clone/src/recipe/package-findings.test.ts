import { expect, it } from 'vitest';
import { packageFindings } from './package-findings.ts';
import { parseRecipe } from './parse-recipe.ts';

const packages = ['bash 5.2 amd64', 'python3 3.11 amd64', 'python3-yaml 6 amd64'];

it.each<[string, readonly string[]]>([
  ['bash', []],
  ['bash.x86_64', []],
  ['python3-*', []],
  ['vim  # an editor', ['package-missing']],
  ['-vim', []],
  ['-bash', ['package-present']],
  ['@core', ['package-group']],
  ['c++filt', ['package-missing']],
])('%s in %%packages', (line, codes) => {
  const { recipe } = parseRecipe(`%packages\n${line}\n%end\n`, { syntax: 'RHEL9' });
  const findings = packageFindings(recipe, packages);
  expect(findings.map(({ code }) => code)).toEqual(codes);
  expect(findings.every((each) => each.line === 2 && each.column === 1)).toBe(true);
});
