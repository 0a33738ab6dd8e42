import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { allOf } from '../testing/all-of.ts';
import { askSecret } from './ask-secret.ts';
import { confirm } from './confirm.ts';

/** A terminal whose raw mode is recorded; what is typed is written to `stdin`. */
function terminal({ isTTY = true } = {}) {
  const modes: boolean[] = [];
  const stdin = Object.assign(new PassThrough(), { isTTY, setRawMode: (raw: boolean) => modes.push(raw) });
  const stderr = new PassThrough();
  return { stdin, stderr, modes, said: () => allOf(stderr) };
}

const confirmation = { consequence: 'this erases the disks of n[1-8]', expected: 'n[1-8]', yes: false };

it('reads a secret without echo and gives the terminal back', async () => {
  const { stdin, stderr, modes, said } = terminal();
  const secret = askSecret({ stdin, stderr }, 'password: ');
  stdin.write('hü');
  stdin.write('x\u007fnter grund\r');
  expect(await secret).toBe('hünter grund');
  expect(modes).toEqual([true, false]);
  expect(said()).toBe('password: \n');
  expect(stdin.isPaused()).toBe(true);
});

it('asks for a secret only when nothing that is typed shows any more', async () => {
  const { stdin, stderr, modes } = terminal();
  const atPrompt: boolean[] = [];
  stderr.on('data', (said: Buffer) => {
    if (said.toString() === 'password: ') atPrompt.push(...modes);
  });
  const secret = askSecret({ stdin, stderr }, 'password: ');
  stdin.write('secret\r');
  await secret;
  expect(atPrompt).toEqual([true]);
});

it.each([
  ['Ctrl-U starts again', 'wrong\u0015right\r', 'right'],
  ['an empty line is an empty secret', '\r', ''],
  ['Ctrl-D behind something is ignored by no one: it is part of the line', 'a\u0004\r', 'a\u0004'],
])('%s', async (_, typed, expected) => {
  const { stdin, stderr } = terminal();
  const secret = askSecret({ stdin, stderr }, '');
  stdin.write(typed);
  expect(await secret).toBe(expected);
});

it.each([
  ['Ctrl-C', '\u0003'],
  ['Ctrl-D at the beginning', '\u0004'],
])('%s interrupts, and the terminal is given back', async (_, typed) => {
  const { stdin, stderr, modes } = terminal();
  const secret = askSecret({ stdin, stderr }, '');
  stdin.write(`abc${typed}`.slice(typed === '\u0004' ? 3 : 0));
  await expect(secret).rejects.toMatchObject({ code: 'interrupted' });
  expect(modes).toEqual([true, false]);
});

it('the end of input and an abort interrupt as well', async () => {
  const one = terminal();
  const ended = askSecret(one, '');
  one.stdin.end();
  await expect(ended).rejects.toMatchObject({ code: 'interrupted' });
  const other = terminal();
  const stop = new AbortController();
  const aborted = askSecret(other, '', stop.signal);
  stop.abort();
  await expect(aborted).rejects.toMatchObject({ code: 'interrupted' });
});

it('without a terminal no secret is asked for', async () => {
  const { stdin, stderr } = terminal({ isTTY: false });
  await expect(askSecret({ stdin, stderr }, 'password: ')).rejects.toMatchObject({ code: 'usage' });
});

it('goes on when the node set was typed back', async () => {
  const { stdin, stderr, said } = terminal();
  const confirmed = confirm({ stdin, stderr }, confirmation);
  stdin.write('n[1-8]\n');
  await expect(confirmed).resolves.toBeUndefined();
  expect(said()).toBe('this erases the disks of n[1-8]\ntype n[1-8] to go on: ');
});

it.each(['y', 'yes', '', 'n[1-80]'])('does nothing when %j was typed', async (typed) => {
  const { stdin, stderr } = terminal();
  const confirmed = confirm({ stdin, stderr }, confirmation);
  stdin.write(`${typed}\n`);
  await expect(confirmed).rejects.toMatchObject({ code: 'not-confirmed' });
});

it('--yes asks nothing; without it and without a terminal it is refused', async () => {
  const { stdin, stderr, said } = terminal({ isTTY: false });
  await confirm({ stdin, stderr }, { ...confirmation, yes: true });
  expect(said()).toBe('');
  await expect(confirm({ stdin, stderr }, confirmation)).rejects.toMatchObject({
    code: 'usage',
    hint: 'in scripts say --yes',
  });
});
