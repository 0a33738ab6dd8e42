import { parseHostName } from '@heorot/inventory';
import { describe, expect, it } from 'vitest';
import type { Target } from '../model/target.ts';
import { checkVariables } from './check-variables.ts';

const target = (node: string, labels?: Readonly<Record<string, string>>): Target => ({
  node,
  host: parseHostName(node),
  settings: {},
  ...(labels === undefined ? {} : { labels }),
});
const targets = [
  target('n1', { rack: 'r1', gpu: '4' }),
  target('n2', { rack: 'r1' }),
  target('n3', { rack: 'r2' }),
];
const check = (text: string, expand = true) => checkVariables([{ text: 'true' }, { text, expand }], targets);

describe('the words of a command', () => {
  it.each([
    'echo %n %h %u %p %rack',
    'echo %n-ib0 %rack-1 %n.cluster 100%',
    'date +%F; date +%Y-%m-%d; printf "%s\\n" %d %5d %-3s',
    'echo %%typo %%%%typo',
  ])('may be variables, percent signs and the letters of date and printf: %j', (text) => {
    expect(() => check(text)).not.toThrow();
  });

  it.each([
    ['echo %rakc', "'%rakc' in the command: no such label on any node", "did you mean '%rack'?"],
    ['echo %n %racks-1', "'%racks' in the command: no such label on any node", "did you mean '%rack'?"],
    [
      'date +%FT%T',
      "'%FT' in the command: no such label on any node",
      'for a percent sign before FT write %%FT',
    ],
    [
      'echo %gpu',
      "'%gpu' in the command: no such label on n[2-3]",
      'give the label to all of them, or leave those out with -x',
    ],
  ])('%s is an error before anything runs', (text, message, hint) => {
    expect(() => check(text)).toThrow(expect.objectContaining({ code: 'usage-variable', message, hint }));
  });

  it('are not looked at where nothing is to be replaced', () => {
    expect(() => check('echo %rakc', false)).not.toThrow();
  });
});
