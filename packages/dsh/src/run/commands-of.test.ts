import { quoteForSh } from '@heorot/fanout';
import { describe, expect, it } from 'vitest';
import { commandsOf } from './commands-of.ts';

const flags = {
  command: [],
  script: undefined,
  expand: false,
  env: [],
  cwd: undefined,
  sudo: false,
  'sudo-user': undefined,
  tty: false,
};
const surroundings = { cwd: '/', terminal: { columns: undefined, rows: undefined, term: undefined } };

describe('commandsOf', () => {
  it.each([
    [
      'operands as one command, joined as ssh joins them',
      {},
      ['echo', 'b', 'a', 'b'],
      [{ text: 'echo b a b' }],
    ],
    [
      'each -e as a command',
      { command: ['hostname', 'uname -r'] },
      [],
      [{ text: 'hostname' }, { text: 'uname -r' }],
    ],
    [
      'a folder and variables',
      { cwd: '/tmp', env: ['A=1', 'B=x=y'] },
      ['env'],
      [{ text: 'env', directory: '/tmp', environment: { A: '1', B: 'x=y' } }],
    ],
    ['sudo as root', { sudo: true }, ['id'], [{ text: 'id', sudo: {} }]],
    ['sudo as somebody', { 'sudo-user': 'ada' }, ['id'], [{ text: 'id', sudo: { user: 'ada' } }]],
    [
      'a terminal',
      { tty: true },
      ['top'],
      [{ text: 'top', terminal: { columns: 80, rows: 24, term: 'xterm' } }],
    ],
  ])('takes %s', async (_, given, operands, expected) => {
    expect(await commandsOf({ ...flags, ...given }, operands, surroundings)).toEqual(expected);
  });

  it('sends a script with its arguments quoted', async () => {
    const [command] = await commandsOf(
      { ...flags, script: import.meta.filename },
      ['a b', "it's"],
      surroundings,
    );
    expect(command).toMatchObject({ text: "'a b' 'it'\\''s'", script: { name: 'commands-of.test.ts' } });
  });

  it.each([
    ['a command given twice', { command: ['a'] }, ['b'], 'given with -e and as operands'],
    ['an empty command', { command: [' '] }, [], 'the command is empty'],
    ['a variable without a value', { env: ['SECRET'] }, ['b'], "'SECRET' is not NAME=VALUE"],
    ['a script that is not there', { script: 'missing.sh' }, [], 'cannot read the script /missing.sh'],
  ])('refuses %s', async (_, given, operands, message) => {
    await expect(commandsOf({ ...flags, ...given }, operands, surroundings)).rejects.toThrow(message);
  });

  it('quotes only what needs it', () => {
    expect(['a-b', '', '$x', "'"].map(quoteForSh)).toEqual(['a-b', "''", "'$x'", "''\\'''"]);
  });
});
