import { HeorotError } from '@heorot/inventory';
import { expect, it } from 'vitest';
import { plainTheme } from '../theme/create-theme.ts';
import { isBrokenPipe, reportError } from './report-error.ts';

const context = { toolName: 'dsh', help: 'dsh --help', debug: false, theme: plainTheme };
const systemError = Object.assign(new Error('ENOSPC: no space left on device, write'), {
  code: 'ENOSPC',
  syscall: 'write',
});

it.each([
  ['usage', new HeorotError('usage', 'unknown flag --x'), ['dsh: unknown flag --x', '  see dsh --help'], 2],
  [
    'a hint',
    new HeorotError('group-unknown', "no group 'x'", { hint: "did you mean 'y'?" }),
    ["dsh: no group 'x'", "  did you mean 'y'?"],
    3,
  ],
  ['an inventory error', new HeorotError('node-set-syntax', 'node set: oh'), ['dsh: node set: oh'], 3],
  ['a prompt interrupted', new HeorotError('interrupted', 'interrupted'), ['dsh: interrupted'], 130],
  ['a full disk', systemError, ['dsh: ENOSPC: no space left on device, write'], 3],
  [
    'a full disk below a database',
    Object.assign(new Error('database or disk is full'), { code: 'ERR_SQLITE_ERROR', errcode: 13 }),
    [
      'dsh: records cannot be kept: database or disk is full',
      '  free space where $XDG_STATE_HOME lies (~/.local/state), and try again',
    ],
    3,
  ],
  [
    'a bug',
    new TypeError('x is not a function\nmore'),
    [
      'dsh: unexpected error: x is not a function',
      '  this is a bug; please report it, with what --debug prints',
    ],
    70,
  ],
  [
    'something thrown that is no error',
    'oh',
    ['dsh: unexpected error: oh', '  this is a bug; please report it, with what --debug prints'],
    70,
  ],
])('%s', (_, error, lines, exitCode) => {
  expect(reportError(error, context)).toEqual({ lines, exitCode });
});

it('--debug shows the trace and what caused it', () => {
  const error = new HeorotError('source-failed', 'slurm failed', { cause: new Error('scontrol: not found') });
  const text = reportError(error, { ...context, debug: true }).lines.join('\n');
  expect(text).toContain('report-error.test.ts');
  expect(text).toContain('scontrol: not found');
});

it('a reader that went away is told apart from other refusals', () => {
  expect([isBrokenPipe(Object.assign(new Error('x'), { code: 'EPIPE' })), isBrokenPipe(systemError)]).toEqual(
    [true, false],
  );
});
