// Hostile values through the shells that this machine has: each arrives as it was, and runs nothing.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { composeCommand } from './compose-command.ts';
import { expandVariables } from './expand-variables.ts';
import { directoryWord, quoteForAnyShell, quoteForSh, scriptForAnyShell } from './shell-quote.ts';

const shells = ['sh', 'bash', 'zsh', 'tcsh', 'fish', 'dash', 'busybox sh'].filter((shell) =>
  existsSync(`/usr/bin/${shell.split(' ')[0]}`),
);

const hostile = [
  '',
  ' ',
  '-n',
  "it's",
  '"; touch /tmp/heorot-hostile; "',
  "'; touch /tmp/heorot-hostile; '",
  '$(touch /tmp/heorot-hostile)',
  '`touch /tmp/heorot-hostile`',
  '(touch /tmp/heorot-hostile)',
  '!!',
  '!x\\!',
  '\\',
  "\\'",
  "a\\'b\\\\",
  '%s%n\\n\\101',
  '*?[a-z]{b,c}~^#',
  '\t|&;<>()$`"',
  'ünïcödé ✓',
  '$HOME',
  '~root',
  '\x01\x1b[31m',
];

const run = (shell: string, text: string) => {
  const [program = 'sh', ...args] = shell.split(' ');
  return execFileSync(program, [...args, '-c', text], { stdio: ['ignore', 'pipe', 'pipe'] }).toString();
};

describe.each(shells)('in %s', (shell) => {
  it('a quoted value is one word, as it was', () => {
    expect(run(shell, `sh -c 'printf "[%s]" "$@"' sh ${hostile.map(quoteForAnyShell).join(' ')}`)).toBe(
      hostile.map((value) => `[${value}]`).join(''),
    );
  });

  it('a script of many lines with hostile values runs as written', () => {
    const values = [...hostile, 'two\nlines', 'end\n', 'cr\r\n'];
    const script = `for value in ${values.map(quoteForSh).join(' ')}\ndo\n  printf '[%s]' "$value"\ndone`;
    expect(run(shell, scriptForAnyShell(script))).toBe(values.map((value) => `[${value}]`).join(''));
  });

  it('a directory, an environment and a script go around the command without being run', () => {
    const environment = Object.fromEntries(hostile.map((value, index) => [`V${index}`, value]));
    const { text, token } = composeCommand({
      text: 'echo "$V4|$V5|$V6|$PWD"',
      directory: '/usr',
      environment,
    });
    const lines = run(shell, text).split('\n');
    expect(lines[0]).toMatch(new RegExp(`^${token} \\d+$`));
    expect(lines[1]).toBe(`${token} go`);
    expect(lines.slice(2).join('\n')).toContain('touch /tmp/heorot-hostile');
    expect(existsSync('/tmp/heorot-hostile')).toBe(false);
  });
});

describe('expandVariables', () => {
  const variables = {
    node: 'n1',
    host: '10.0.0.1',
    user: 'root',
    port: 22,
    labels: { rack: 'r 1', 'rack-2': 'x', evil: '\'$(id)"`id`' },
  };

  it.each([
    ['echo %n %h %u %p %%', 'echo n1 10.0.0.1 root 22 %'],
    ['date +%F-%T', 'date +%F-%T'],
    ['date +%H%M', 'date +%H%M'],
    ['cp %n.conf /etc/%h/x', 'cp n1.conf /etc/10.0.0.1/x'],
    ['%name', '%name'],
    ['%rack', "'r 1'"],
    ['%racks', '%racks'],
    ['%rack-2 %rack-3', "x 'r 1'-3"],
    ['echo "in %rack"', 'echo "in "\'r 1\'""'],
    ["echo 'in %rack'", `echo 'in '""'r 1'""''`],
  ])('%s becomes %s', (text, expected) => {
    expect(expandVariables(text, variables)).toBe(expected);
  });

  it.each([
    'echo "$(ls %evil)"',
    'echo `ls %evil`',
    'cat <<X\n%evil\nX',
    "# don't %evil",
    'echo \\"%evil',
    'echo "${x:-%evil}"',
  ])('refuses a value that cannot be quoted safely: %s', (text) => {
    expect(() => expandVariables(text, variables)).toThrow('cannot be quoted safely');
  });

  it('puts any value into any plain or quoted place as it is', () => {
    const value = fc.string({ unit: 'binary-ascii', maxLength: 12 }).filter((text) => !/[\0\n\r]/.test(text));
    const place = fc.constantFrom(
      ['printf %s %v', ''],
      ['printf %s "a %v b"', 'a|b'],
      ["printf %s 'a %v b'", 'a|b'],
      ['printf %s "a"%v', 'a'],
    );
    fc.assert(
      fc.property(value, place, (text, [command = '', around = '']) => {
        const expanded = expandVariables(command, { ...variables, labels: { v: text } });
        const [before, after] = around.includes('|') ? ['a ', ' b'] : [around, ''];
        expect(run('sh', expanded)).toBe(`${before}${text}${after}`);
      }),
      { numRuns: 60 },
    );
  });
});

describe('directoryWord', () => {
  it.each([
    ['~', '"$HOME"'],
    ['~/', '"$HOME"'],
    ['~/a b', '"$HOME"/\'a b\''],
    ['/srv', '/srv'],
    ['~root/x', "'~root/x'"],
  ])('%s is %s', (directory, word) => {
    expect(directoryWord(directory)).toBe(word);
  });
});
