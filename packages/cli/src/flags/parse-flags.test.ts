import { describe, expect, it } from 'vitest';
import { sampleFlags } from '../testing/sample-tool.ts';
import { defineFlags } from './flag-table.ts';
import { parseFlags } from './parse-flags.ts';
import { selectionOf } from './selection-of.ts';
import { splitArgv } from './split-argv.ts';

const any = { kind: 'any', name: '', summary: '' } as const;
const parse = async (...argv: string[]) => parseFlags(splitArgv(argv, sampleFlags, any).tokens, sampleFlags);

describe('values', () => {
  it('have their defaults when nothing is typed', async () => {
    const values = await parse();
    expect(values).toMatchObject({
      nodes: [],
      all: false,
      fanout: 64,
      color: 'auto',
      verbose: 0,
      gather: false,
    });
    expect(values.user).toBeUndefined();
    expect(values['connect-timeout']).toBeUndefined();
  });

  it('have the same defaults when something else is typed', async () => {
    expect(await parse('-a')).toEqual({ ...(await parse()), all: true });
  });

  it('lists add up, counts count, of others the last wins', async () => {
    const values = await parse(
      '-w',
      'n1',
      '-w',
      'n2',
      '-vv',
      '-v',
      '-f8',
      '--fanout=16',
      '-b',
      '--no-gather',
    );
    expect(values).toMatchObject({ nodes: ['n1', 'n2'], verbose: 3, fanout: 16, gather: false });
  });

  it('are numbers, milliseconds and choices, not text', async () => {
    const values = await parse('-f', '8', '-t', '1.5', '-u2m', '--transport', 'openssh');
    expect(values).toMatchObject({
      fanout: 8,
      'connect-timeout': 1500,
      'command-timeout': 120_000,
      transport: 'openssh',
    });
  });

  it('may look like flags and may be empty', async () => {
    expect(await parse('--user=-w', '--nodes=--json', '-w', '', '--cluster==x')).toMatchObject({
      user: '-w',
      nodes: ['--json', ''],
      cluster: '=x',
    });
  });

  it('a text may be empty only where that is said to be a value', async () => {
    const table = defineFlags({
      separator: { kind: 'text', value: 'TEXT', mayBeEmpty: true, summary: '', group: '' },
    });
    expect(await parseFlags(splitArgv(['--separator='], table, any).tokens, table)).toEqual({
      separator: '',
    });
  });

  it('a switch may be on unless it is negated', async () => {
    const table = defineFlags({
      progress: { kind: 'switch', default: true, negatable: true, summary: '', group: '' },
    });
    const read = (argv: string[]) => parseFlags(splitArgv(argv, table, any).tokens, table);
    expect([await read([]), await read(['--no-progress'])]).toEqual([
      { progress: true },
      { progress: false },
    ]);
  });

  it('make a selection', async () => {
    expect(selectionOf(await parse('-w', 'n1', '-g', 'compute', '-a', '-x', 'n2', '-X', 'old'))).toEqual({
      nodes: ['n1'],
      groups: ['compute'],
      all: true,
      exclude: ['n2'],
      excludeGroups: ['old'],
    });
  });
});

describe('mistakes', () => {
  it.each([
    [['-f', 'many'], "flag --fanout: 'many' is not a whole number", undefined],
    [['-f', '1e3'], "flag --fanout: '1e3' is not a whole number", undefined],
    [['-f=8'], "flag --fanout: '=8' is not a whole number", 'write --fanout=8'],
    [['-f', '0'], 'flag --fanout: 0 is less than 1', undefined],
    [['-b', '--depth', '10'], 'flag --depth: 10 is more than 9', undefined],
    [
      ['-t', 'soon'],
      "flag --connect-timeout: 'soon' is not a duration",
      'write 10, 10s, 500ms, 2m, 1h or 1h30m',
    ],
    [
      ['--color', 'alway'],
      "flag --color: 'alway' is not one of auto, always, never",
      "did you mean 'always'?",
    ],
    [['-t', '0'], "flag --connect-timeout: '0' leaves no time at all", undefined],
    [['--user='], 'flag --user: its value (NAME) is empty', undefined],
    [['-l', ''], 'flag --user: its value (NAME) is empty', undefined],
    [['--json', '--ndjson'], 'flags --ndjson and --json exclude each other', undefined],
    [['--depth', '3'], 'flag --depth needs --gather as well', undefined],
  ])('%j: %s', async (argv, message, hint) => {
    await expect(parse(...argv)).rejects.toMatchObject({ code: 'usage', message, hint });
  });
});
