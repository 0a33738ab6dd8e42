// `nodes list`: the groups there are.
import { defineFlags, defineVerb, outputFlags, selectionFlags } from '@heorot/cli';
import { groupFlags } from '../sets/set-flags.ts';

const listFlags = defineFlags({
  ...groupFlags,
  'all-sources': {
    kind: 'switch',
    char: 'L',
    summary: 'the groups of every source',
    group: 'Groups',
    example: 'nodes list -L',
  },
  sources: {
    kind: 'switch',
    summary: 'the sources instead of groups',
    group: 'Groups',
    example: 'nodes list --sources',
  },
  long: {
    kind: 'count',
    char: 'l',
    summary: 'their nodes as well; -ll their number too',
    group: 'Groups',
    example: 'nodes list -l',
  },
  cluster: selectionFlags.cluster,
  color: outputFlags.color,
});

export const list = defineVerb({
  summary: 'list the groups of a source',
  description: 'Prints the groups of the default source, of another (-s) or of all (-L), one a line.',
  operands: { kind: 'none' },
  flags: listFlags,
  examples: [
    { command: 'nodes list', summary: 'the groups of the default source' },
    { command: 'nodes list -ll', summary: 'with their nodes and how many they are' },
  ],
  run: async ({ flags }, context) => {
    if (flags.sources) return (await import('../groups/print-sources.ts')).printSources(flags, context);
    const { printGroups } = await import('../groups/group-lines.ts');
    return printGroups({ ...flags, everySource: flags['all-sources'] }, [], context);
  },
});
