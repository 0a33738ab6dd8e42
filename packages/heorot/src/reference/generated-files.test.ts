// The flag tables of all tools, judged before help, man pages, completion and docs are made of them.
import { type FlagTable, renderHelp, splitArgv, type Tool, type Verb } from '@heorot/cli';
import { tool as dsh } from '@heorot/dsh';
import { describe, expect, it } from 'vitest';
import { allTools, toolNames } from '../tools.ts';
import { assetFiles, documentationFiles } from './generated-files.ts';

const tools = await allTools();
const verbs = tools.flatMap((tool) =>
  Object.entries(tool.verbs).map(([name, verb]): [string, Tool, string, Verb] => [
    `${tool.name} ${name}`.trim(),
    tool,
    name,
    verb,
  ]),
);

describe.each(verbs)('%s', (command, tool, name, verb) => {
  it('has flags whose letters and names are their own', () => {
    const spellings = Object.entries(verb.flags).flatMap(([flag, { char, aliases = [] }]) => [
      flag,
      ...(char === undefined ? [] : [char]),
      ...aliases,
    ]);
    expect(spellings.filter((each, at) => spellings.indexOf(each) !== at)).toEqual([]);
    expect(Object.keys(verb.flags).filter((flag) => !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(flag))).toEqual([]);
  });

  it('has flags that refer to flags there are', () => {
    const referred = Object.values(verb.flags).flatMap(({ exclusive = [], dependsOn = [] }) => [
      ...exclusive,
      ...dependsOn,
    ]);
    expect(referred.filter((flag) => !(flag in verb.flags))).toEqual([]);
  });

  it('says what each flag does in a line without a final stop', () => {
    expect(oddSummaries(verb.flags)).toEqual([]);
  });

  it('has examples that it understands itself', () => {
    const broken = verb.examples.filter(({ command }) => {
      const words = ownWords(command, tool.name);
      const called = verbOf(tool, words);
      return called === undefined || !understands(called.verb, words.slice(called.words));
    });
    expect(broken).toEqual([]);
  });

  it('has help that fits 80 columns', () => {
    const long = renderHelp(tool, name, { width: 80 })
      .split('\n')
      .filter((line) => line.length > 80);
    expect(long.filter((line) => !verb.examples.some((example) => line.includes(example.command)))).toEqual(
      [],
    );
    expect(command).not.toBe('');
  });
});

function oddSummaries(table: FlagTable): readonly string[] {
  return Object.entries(table)
    .filter(
      ([, { summary }]) =>
        summary === '' || summary.includes('\n') || /[.!]$/.test(summary) || /^[A-Z][a-z]/.test(summary),
    )
    .map(([flag, { summary }]) => `${flag}: ${summary}`);
}

/** The arguments of the tool in a line of shell: quotes stand for one word, other programs are left out. */
function ownWords(line: string, tool: string): readonly string[] {
  const own = new RegExp(`(?:^|[ (])${tool}(?: (.*))?$`).exec(line)?.[1] ?? '';
  const plain = own.replaceAll(/'[^']*'|"[^"]*"/g, 'quoted').replace(/(\)"?|\s+[|<>#;&].*)$/, '');
  return plain.split(' ').filter((word) => word !== '');
}

/** The verb that the words name, of two words before one of one, and how many words that takes. */
function verbOf(tool: Tool, words: readonly string[]): { verb: Verb; words: number } | undefined {
  for (const count of [2, 1, 0]) {
    const verb = tool.verbs[words.slice(0, count).join(' ')];
    if (verb !== undefined && words.length >= count) return { verb, words: count };
  }
  return undefined;
}

function understands(verb: Verb, argv: readonly string[]): boolean {
  try {
    splitArgv(argv, verb.flags, verb.operands);
    return true;
  } catch {
    return false;
  }
}

it('each tool has a page, a man page and three completions, where programs look for them', () => {
  expect(documentationFiles(tools).map(({ path }) => path)).toEqual([
    ...toolNames.map((name) => `${name}.md`),
    'flags.json',
  ]);
  expect(assetFiles([dsh], '1').map(({ path }) => path)).toEqual([
    'man/dsh.1',
    'completion/bash/dsh',
    'completion/zsh/_dsh',
    'completion/fish/dsh.fish',
  ]);
});
