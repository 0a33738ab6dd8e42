import { describe, expect, it } from 'vitest';
import { fillVariables, flattenRecipe } from './flatten-recipe.ts';

const files: Readonly<Record<string, string>> = {
  'net.ks': 'network --hostname=@{name}\n%include more.ks\n',
  'more.ks': 'skipx',
  'script.sh': 'echo hello\n',
  'loop.ks': '%include loop.ks\n',
};
const options = { syntax: 'RHEL9', readInclude: (path: string) => files[path] } as const;

describe('flattenRecipe', () => {
  it('puts included files in place, inside sections too, and knows where each line comes from', () => {
    const flat = flattenRecipe('lang C\n%include net.ks\n%post\n%include script.sh\n%end\n', options);
    expect(flat.text).toBe('lang C\nnetwork --hostname=@{name}\nskipx\n%post\necho hello\n%end\n');
    expect(flat.origins.map(({ file, line }) => `${file ?? 'recipe'}:${line}`)).toEqual([
      'recipe:1',
      'net.ks:1',
      'more.ks:1',
      'recipe:3',
      'script.sh:1',
      'recipe:5',
    ]);
    expect(flat.findings).toEqual([]);
  });

  it('says which file is missing and which includes itself', () => {
    const codes = flattenRecipe('%include gone.ks\n%include loop.ks\n%include\n', options).findings.map(
      ({ code, file, line }) => `${code} ${file ?? 'recipe'}:${line}`,
    );
    expect(codes).toEqual(['include-missing recipe:1', 'include-loop loop.ks:1', 'include-path recipe:3']);
  });

  it('leaves includes alone when nothing reads them', () => {
    expect(flattenRecipe('%include /tmp/x\n', { syntax: 'F41' }).text).toBe('%include /tmp/x\n');
  });
});

describe('fillVariables', () => {
  it('fills in the facts of a node and names those it has not', () => {
    const flat = flattenRecipe('%include net.ks\nrootpw @{hash}\n', options);
    const filled = fillVariables(flat, { name: 'n07', hush: 'x' });
    expect(filled.text).toContain('--hostname=n07');
    expect(filled.findings).toMatchObject([
      { code: 'variable-unknown', line: 2, column: 8, hint: "did you mean 'hush'?" },
    ]);
  });

  it('refuses a value that would add lines', () => {
    const flat = flattenRecipe('lang @{x}\n', options);
    expect(fillVariables(flat, { x: 'C\nrootpw evil' }).findings).toMatchObject([{ code: 'variable-value' }]);
  });
});
