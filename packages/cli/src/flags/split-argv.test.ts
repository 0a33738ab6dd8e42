import { HeorotError } from '@heorot/inventory';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleFlags } from '../testing/sample-tool.ts';
import { splitArgv } from './split-argv.ts';

const remote = { kind: 'remote-command', name: 'COMMAND', summary: '' } as const;
const any = { kind: 'any', name: 'SET', summary: '' } as const;
const none = { kind: 'none' } as const;

/** Short for a test: each flag as `name=value`, `no-name` when negated. */
function read(argv: readonly string[], operands: typeof remote | typeof any | typeof none = remote) {
  const { tokens, operands: rest } = splitArgv(argv, sampleFlags, operands);
  return [tokens.map(({ flag, value, negated }) => `${negated ? 'no-' : ''}${flag}=${value}`), rest];
}

function usageError(
  argv: readonly string[],
  operands: typeof remote | typeof any | typeof none = remote,
): HeorotError {
  try {
    splitArgv(argv, sampleFlags, operands);
  } catch (error) {
    if (error instanceof HeorotError) return error;
  }
  throw new Error(`no usage error from ${argv.join(' ')}`);
}

describe('the remote command', () => {
  it.each([
    [['-w', 'n1', 'uname', '-r'], ['nodes=n1'], ['uname', '-r']],
    [['--', 'echo', 'b', 'a', 'b'], [], ['echo', 'b', 'a', 'b']],
    [['-w', 'n1', 'test', '1', '-eq', '1'], ['nodes=n1'], ['test', '1', '-eq', '1']],
    [['-w', 'n1', 'ls', '--help'], ['nodes=n1'], ['ls', '--help']],
    [['ls', '--', '-w', 'n2'], [], ['ls', '--', '-w', 'n2']],
    [['--', '--', 'x'], [], ['--', 'x']],
    [
      ['-bf8', 'a  b', ''],
      ['gather=', 'fanout=8'],
      ['a  b', ''],
    ],
    [['-', '-w'], [], ['-', '-w']],
    [[''], [], ['']],
  ])('%j is split into flags %j and command %j', (argv, tokens, operands) => {
    expect(read(argv)).toEqual([tokens, operands]);
  });

  it('arrives byte for byte, whatever stands before and in it', () => {
    const flags = fc.array(
      fc.constantFrom(['-w', 'n1'], ['-bf8'], ['--nodes=-g'], ['-a'], ['--no-gather'], ['-wn[1-3]']),
    );
    const word = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom('--help', '-w', '--', '-', '-h', '--x=y'),
    );
    const command = fc
      .tuple(
        fc.string().filter((text) => !text.startsWith('-')),
        fc.array(word),
      )
      .map(([first, rest]) => [first, ...rest]);
    fc.assert(
      fc.property(flags, command, fc.boolean(), (before, typed, withDashes) => {
        const argv = [...before.flat(), ...(withDashes ? ['--'] : []), ...typed];
        expect(splitArgv(argv, sampleFlags, remote).operands).toEqual(typed);
      }),
    );
  });

  it('may begin with a dash behind --', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (typed) => {
        expect(splitArgv(['-a', '--', ...typed], sampleFlags, remote).operands).toEqual(typed);
      }),
    );
  });
});

describe('flags', () => {
  it.each([
    [['-f8'], ['fanout=8']],
    [['-f', '8'], ['fanout=8']],
    [
      ['-bf', '8'],
      ['gather=', 'fanout=8'],
    ],
    [['-bfb'], ['gather=', 'fanout=b']],
    [['--fanout=8'], ['fanout=8']],
    [['--fanout', '8'], ['fanout=8']],
    [['--fanout='], ['fanout=']],
    [['--cluster', ''], ['cluster=']],
    [['--nodes=a=b'], ['nodes=a=b']],
    [['-vvv'], ['verbose=', 'verbose=', 'verbose=']],
    [
      ['--gather', '--no-gather'],
      ['gather=', 'no-gather='],
    ],
    [
      ['--dshbak', '-B'],
      ['gather=', 'gather='],
    ],
    [['-w', '-5'], ['nodes=-5']],
    [['-w', '-'], ['nodes=-']],
    [['--nodes=-g'], ['nodes=-g']],
    [['-w-g'], ['nodes=-g']],
    [['-w', 'ä[1-2]'], ['nodes=ä[1-2]']],
    [['-h'], ['help=']],
    [['--version'], ['version=']],
  ])('%j reads as %j', (argv, tokens) => {
    expect(read(argv)).toEqual([tokens, []]);
  });

  it('may stand among free operands', () => {
    expect(read(['n1', '-x', 'n2', 'n3', '--', '-x'], any)).toEqual([['exclude=n2'], ['n1', 'n3', '-x']]);
  });

  it('keep the order in which they were typed', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('nodes', 'exclude', 'group'), fc.string())), (typed) => {
        const argv = typed.map(([flag, value]) => `--${flag}=${value}`);
        const { tokens } = splitArgv(argv, sampleFlags, any);
        expect(tokens.map(({ flag, value }) => [flag, value])).toEqual(typed);
      }),
    );
  });
});

describe('mistakes are told in one line with what to do', () => {
  it.each([
    [['--nodez', 'n1'], 'unknown flag --nodez', 'did you mean --nodes?'],
    [['--no-gathr'], 'unknown flag --no-gathr', 'did you mean --no-gather?'],
    [['--connect'], 'unknown flag --connect', 'did you mean --connect-timeout?'],
    [['--no-all'], 'unknown flag --no-all', undefined],
    [['--constructor'], 'unknown flag --constructor', undefined],
    [['-z'], 'unknown flag -z', undefined],
    [['-bz'], 'unknown flag -z in -bz', undefined],
    [['-cluster'], 'unknown flag -c in -cluster', 'did you mean --cluster?'],
    [['-w'], 'flag --nodes needs a value (SET)', undefined],
    [['-w', '-g', 'x'], 'flag --nodes needs a value (SET)', "if '-g' is the value, write --nodes=-g"],
    [['-w', '--json'], 'flag --nodes needs a value (SET)', "if '--json' is the value, write --nodes=--json"],
    [['-w', '--'], 'flag --nodes needs a value (SET)', "if '--' is the value, write --nodes=--"],
    [['--json=yes'], "flag --json takes no value, got 'yes'", undefined],
    [['--n', 'x'], 'unknown flag --n', undefined],
  ])('%j: %s', (argv, message, hint) => {
    expect(usageError(argv)).toMatchObject({ code: 'usage', message, hint });
  });

  it('an operand where none is taken', () => {
    expect(usageError(['n1'], none).message).toBe("unexpected operand 'n1'");
  });

  it('hidden flags are understood and not suggested', () => {
    expect(read(['--secret', 'x'])).toEqual([['secret=x'], []]);
    expect(usageError(['--secrt', 'x']).hint).toBeUndefined();
  });
});

it('a flag of another tool is refused with what does its work here', () => {
  const foreign = { '-R': 'see --transport', '--hostfile': 'see -w' };
  const split = (argument: string) => () => splitArgv([argument, 'x'], sampleFlags, remote, foreign);
  expect(split('-R')).toThrow(
    expect.objectContaining({ message: 'unknown flag -R', hint: 'see --transport' }),
  );
  expect(split('-bR')).toThrow(expect.objectContaining({ hint: 'see --transport' }));
  expect(split('--hostfile=x')).toThrow(expect.objectContaining({ hint: 'see -w' }));
});
