// `nodes pick N`: the N nodes with the most to spare, as a node set.
import { defineFlags, defineVerb } from '@heorot/cli';
import { reachFlags } from '../ask/reach-flags.ts';

export const pickFlags = defineFlags({
  ...reachFlags,
  by: {
    kind: 'choice',
    choices: ['load', 'memory', 'random'],
    default: 'load',
    value: 'WHAT',
    summary: 'load average per processor, available memory, or chance',
    group: 'Picking',
    example: 'nodes pick 2 -g compute --by memory',
  },
});

export const pick = defineVerb({
  summary: 'name the nodes with the most to spare',
  description:
    'Asks the selected nodes for their load and memory and prints the best N as a folded node set, for use in other commands: mpirun --host $(nodes pick 4 -g compute). Nodes that do not answer are never picked. --by random asks nobody.',
  operands: { kind: 'any', name: 'N', summary: 'how many nodes' },
  flags: pickFlags,
  examples: [
    { command: 'nodes pick 4 -g compute --by load', summary: 'the four least loaded compute nodes' },
    { command: 'nodes pick 1 -a --by random', summary: 'any one node' },
  ],
  run: async (input, context) => (await import('../pick/pick-nodes.ts')).pickNodes(input, context),
});
