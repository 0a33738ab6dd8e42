// `nodes show NODE`: everything that is known of a node.
import { defineFlags, defineVerb, outputFlags, selectionFlags } from '@heorot/cli';

export const showFlags = defineFlags({
  cluster: selectionFlags.cluster,
  color: outputFlags.color,
  json: outputFlags.json,
});

export const show = defineVerb({
  summary: 'show all that is known of a node: address, settings, groups, labels',
  description:
    'Prints what the inventory says of each node, defaults included, and the groups of every source that hold it. Nothing is asked of the node; nodes discover does that.',
  operands: { kind: 'any', name: 'NODE...', summary: 'node sets', complete: 'nodes' },
  flags: showFlags,
  examples: [
    { command: 'nodes show n1', summary: 'one node' },
    { command: 'nodes show n[1-2] --json', summary: 'for a program' },
  ],
  run: async (input, context) => (await import('../show/show-nodes.ts')).showNodes(input, context),
});
