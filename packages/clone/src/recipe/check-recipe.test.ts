import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkRecipe } from './check-recipe.ts';
import type { Severity } from './finding.ts';
import { parseSyntax, SYNTAXES, type Syntax } from './syntax.ts';

/** `line:column severity code` of each finding. */
function check(text: string, syntax: Syntax = 'RHEL9'): readonly string[] {
  return checkRecipe(text, { syntax }).map(
    (each) => `${each.line}:${each.column} ${each.severity} ${each.code}`,
  );
}

function worst(severities: readonly Severity[]): 'error' | 'warning' | 'ok' {
  return severities.includes('error') ? 'error' : severities.includes('warning') ? 'warning' : 'ok';
}

describe('checkRecipe', () => {
  it.each<[string, string, readonly string[], Syntax?]>([
    ['nothing wrong', 'lang en_US.UTF-8\npart / --size=1 --grow\n', []],
    ['an unknown command', '\n  frobnicate\n', ['2:3 error unknown-command']],
    ['an unknown option', 'part / --sise=1\n', ['1:8 error option-unknown']],
    ['an option of another syntax', 'autopart --hibernation\n', ['1:10 error option-not-in-syntax']],
    ['a value that is no number', 'part / --size=5%\n', ['1:8 error option-value']],
    ['an option without its value', 'part / --size --grow\n', ['1:8 error option-value-missing']],
    ['a flag with a value', 'part / --grow=yes\n', ['1:8 error option-value-unwanted']],
    ['a beginning of two options', 'part / --fs=ext4\n', ['1:8 error option-ambiguous']],
    ['a beginning of one option', 'bootloader --boot-dr=sda\n', []],
    ['what is required', 'logvol / --size=1 --name=root\n', ['1:1 error option-required']],
    [
      'two that exclude one another',
      'part / --pbkdf-time=1 --pbkdf-iterations=2\n',
      ['1:1 error options-conflict'],
    ],
    ['commands that exclude one another', 'autopart\npart / --size=1\n', ['2:1 error commands-conflict']],
    ['a line twice', 'part / --size=1\npart / --size=2\n', ['2:1 warning defined-twice']],
    ['swap twice', 'part swap --size=1\npart swap --size=2\n', []],
    ['a removed command', 'install\n', ['1:1 error command-removed']],
    ['a deprecated one', 'install\n', ['1:1 warning command-deprecated'], 'RHEL8'],
    [
      'a command that is not there yet',
      'timesource --ntp-disable\n',
      ['1:1 error command-not-in-syntax'],
      'RHEL8',
    ],
    ['an open quote', 'rootpw "x\n', ['1:8 error quote-open']],
    ['a hash inside a word', 'rootpw --iscrypted $6$a#b\n', ['1:24 warning comment-in-word']],
    [
      'a backslash at the end',
      'part / \\\n--size=1\n',
      ['1:8 error operand-unexpected', '2:1 error unknown-command'],
    ],
    ['a section without end', '%packages\nvim\n', ['1:1 error section-unterminated']],
    ['a section in a section', '%pre\n%post\n%end\n', ['2:1 error section-unterminated']],
    ['an end without section', '%end\n', ['1:1 error section-end']],
    ['an unknown section', '%poste\n', ['1:1 error unknown-section']],
    ['a percent sign in a script', '%post\n%d\n  %end\n', []],
    ['two options of a group', '%packages\n@x --nodef --optional\n%end\n', ['2:1 error options-conflict']],
    ['a mask of bridge options', 'network --bridgeslaves=a --bridgeopts=a\n', ['1:1 error option-value']],
    ['a realm', 'realm join --no-password example.com\n', []],
    ['a realm of another verb', 'realm leave\n', ['1:1 error realm']],
    ['a Cobbler snippet', "$SNIPPET('x')\n", ['1:1 error templated']],
    ['a template variable in a value', 'rootpw --iscrypted $root_pw\n', ['1:20 warning templated']],
    ['a hash is no variable', 'rootpw --iscrypted $6$abc$def/gh\n', []],
    [
      'a directive of Cheetah',
      '#if $x == 1\ntext\n#end if\n',
      ['1:1 warning templated', '3:1 warning templated'],
    ],
    ['a shell script', '%post\n#if $x\necho $HOME ${y}\n%end\n', []],
  ])('finds %s', (_what, text, found, syntax) => {
    expect(check(text, syntax)).toEqual(found);
  });

  it('agrees with the reference parser, case by case', () => {
    const lines = readFileSync(new URL('testing/reference-verdicts.txt', import.meta.url), 'utf8')
      .trim()
      .split('\n');
    const wrong = lines.filter((line) => {
      const [, name = '', verdict, json = ''] = /^(\S+) (\S+) (.*)$/.exec(line) ?? [];
      const text: unknown = JSON.parse(json);
      const syntax = parseSyntax(name);
      if (typeof text !== 'string' || syntax === undefined) return true;
      const findings = checkRecipe(text, { syntax }).filter(({ code }) => code !== 'comment-in-word');
      return worst(findings.map(({ severity }) => severity)) !== verdict;
    });
    expect(lines.length).toBeGreaterThan(150);
    expect(wrong).toEqual([]);
  });

  it('never throws, and every finding has a place in the text', () => {
    const word = fc.constantFrom(
      'part',
      '/',
      '--size=1',
      '%post',
      '%end',
      '%include',
      '"',
      '\\',
      '$x',
      '#',
      '\n',
      '\v',
      'é',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(word, fc.string())), fc.constantFrom(...SYNTAXES), (words, syntax) => {
        const text = words.join(' ');
        for (const { line, column } of checkRecipe(text, { syntax, purpose: 'image' })) {
          expect(line).toBeGreaterThan(0);
          expect(column).toBeGreaterThan(0);
        }
      }),
    );
  });

  it('says what an image deployment refuses and ignores, by line', () => {
    const text = 'text\nurl --url=http://x/\npart / --onpart=sda1\n%packages\n%end\n';
    const findings = checkRecipe(text, { syntax: 'RHEL9', purpose: 'image' });
    expect(findings.map(({ line, code }) => `${line} ${code}`)).toEqual([
      '1 no-effect',
      '2 refused-in-image',
      '3 refused-in-image',
    ]);
    expect(findings[1]?.hint).toContain('render');
  });
});
