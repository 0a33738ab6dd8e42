// `clone log`: what a node said while it was deployed.
import { defineFlags, defineVerb, selectionFlags } from '@heorot/cli';

const flags = defineFlags({ cluster: selectionFlags.cluster });

export const log = defineVerb({
  summary: 'the log of the last deployment of a node: its console, its agent, its scripts',
  description:
    'Escape sequences are made harmless on a terminal; into a file or a pipe the log goes as it came.',
  operands: { kind: 'any', name: 'NODE', summary: 'one node', complete: 'nodes' },
  flags,
  examples: [{ command: 'clone log n1', summary: 'why did it fail?' }],
  run: async ({ operands }, context) => (await import('../run/show-log.ts')).showLog(operands, context),
});
