// `nodes check`: is the inventory sound?
import { defineFlags, defineVerb, outputFlags, selectionFlags } from '@heorot/cli';

export const checkFlags = defineFlags({
  cluster: selectionFlags.cluster,
  color: outputFlags.color,
  json: outputFlags.json,
});

export const check = defineVerb({
  summary: 'check the cluster file and every group of every source',
  description:
    'Reads the cluster file and all it names, and evaluates each group of each source. Prints what is wrong with file, line and what to do; says how many nodes and groups there are. Opens no connection. Exit code 3: something is wrong.',
  operands: { kind: 'none' },
  flags: checkFlags,
  examples: [{ command: 'nodes check', summary: 'after a change of cluster.yaml' }],
  run: async (input, context) =>
    (await import('../check/check-inventory.ts')).checkInventory(input.flags, context),
});
