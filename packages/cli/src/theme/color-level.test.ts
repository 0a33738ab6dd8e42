import { expect, it } from 'vitest';
import { colorLevel } from './color-level.ts';
import { createTheme, plainTheme } from './create-theme.ts';

const terminal = { isTTY: true };
const pipe = {};

it.each([
  ['a terminal', 'auto', terminal, {}, 1],
  ['a pipe', 'auto', pipe, {}, 0],
  ['a terminal of 256 colours', 'auto', terminal, { TERM: 'xterm-256color' }, 2],
  ['a true-colour terminal', 'auto', terminal, { COLORTERM: 'truecolor' }, 3],
  ['a dumb terminal', 'auto', terminal, { TERM: 'dumb' }, 0],
  ['NO_COLOR', 'auto', terminal, { NO_COLOR: '1' }, 0],
  ['an empty NO_COLOR, which counts as absent', 'auto', terminal, { NO_COLOR: '' }, 1],
  ['FORCE_COLOR in a pipe', 'auto', pipe, { FORCE_COLOR: '1' }, 1],
  ['an empty FORCE_COLOR', 'auto', pipe, { FORCE_COLOR: '' }, 1],
  ['FORCE_COLOR=0', 'auto', terminal, { FORCE_COLOR: '0' }, 0],
  ['FORCE_COLOR=3', 'auto', pipe, { FORCE_COLOR: '3' }, 3],
  ['FORCE_COLOR against NO_COLOR, as in Node', 'auto', pipe, { FORCE_COLOR: '1', NO_COLOR: '1' }, 1],
  ['CLICOLOR_FORCE in a pipe', 'auto', pipe, { CLICOLOR_FORCE: '1' }, 1],
  ['CLICOLOR=0', 'auto', terminal, { CLICOLOR: '0' }, 0],
  ['--color=never against FORCE_COLOR', 'never', terminal, { FORCE_COLOR: '1' }, 0],
  ['--color=always against NO_COLOR and a pipe', 'always', pipe, { NO_COLOR: '1' }, 1],
  ['--color=always on a dumb terminal', 'always', terminal, { TERM: 'dumb' }, 1],
] as const)('%s', (_, wish, stream, environment, level) => {
  expect(colorLevel(wish, stream, environment)).toBe(level);
});

it('without colour text is unchanged', async () => {
  const theme = await createTheme(0);
  expect(theme).toBe(plainTheme);
  expect([theme.bad('x'), theme.forNode('n1')('x')]).toEqual(['x', 'x']);
});

it('the same node has the same colour in every run, and never the colour of errors', async () => {
  const [one, other] = await Promise.all([createTheme(1), createTheme(1)]);
  const names = Array.from({ length: 50 }, (_, at) => `n${at}`);
  const colours = names.map((name) => one.forNode(name)('x'));
  expect(colours).toEqual(names.map((name) => other.forNode(name)('x')));
  expect(new Set(colours).size).toBe(5);
  expect(colours).not.toContain(one.bad('x'));
});

it('more colours are used where the terminal has them', async () => {
  const theme = await createTheme(2);
  const colours = Array.from({ length: 200 }, (_, at) => theme.forNode(`node${at}`)('x'));
  expect(new Set(colours).size).toBe(12);
});
