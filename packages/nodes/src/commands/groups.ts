// `nodes groups NODE`: the groups that hold a node.
import { defineFlags, defineVerb, outputFlags, selectionFlags } from '@heorot/cli';
import { HeorotError } from '@heorot/inventory';
import { groupFlags } from '../sets/set-flags.ts';

const groupsFlags = defineFlags({
  ...groupFlags,
  long: {
    kind: 'count',
    char: 'l',
    summary: 'which of the nodes as well; -ll their number too',
    group: 'Groups',
    example: "nodes groups -l 'n[1-2]'",
  },
  cluster: selectionFlags.cluster,
  color: outputFlags.color,
});

export const groups = defineVerb({
  summary: 'list the groups that hold a node',
  description: 'Prints each group, of every source or of one (-s), that holds any of the nodes.',
  operands: { kind: 'any', name: 'SET...', summary: 'node sets', complete: 'nodes' },
  flags: groupsFlags,
  examples: [{ command: 'nodes groups n1', summary: 'the groups of one node' }],
  run: async ({ flags, operands }, context) => {
    if (operands.length === 0) {
      throw new HeorotError('usage', 'the groups of which nodes?', {
        hint: "for example: nodes groups n1; 'nodes list' lists all groups",
      });
    }
    const { printGroups } = await import('../groups/group-lines.ts');
    return printGroups({ ...flags, everySource: flags.groupsource === undefined }, operands, context);
  },
});
