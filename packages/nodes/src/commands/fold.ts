// `nodes fold`: many names, or an expression, as one node set.
import { defineFlags, defineVerb } from '@heorot/cli';
import { foldFlags, setFlags, setOperands } from '../sets/set-flags.ts';

export const fold = defineVerb({
  summary: 'write nodes as one folded node set',
  description:
    "Evaluates node sets and writes them folded: n[1-3,7]. Operators , ! & ^ in an expression are read from left to right; operands are united; -x, -i and -X act on what stands before them. Groups (@compute), group sources (@slurm:debug), '*' and '?' ask the inventory. -r writes groups where the set holds them whole.",
  operands: setOperands,
  flags: defineFlags({ ...setFlags, ...foldFlags }),
  examples: [
    { command: 'nodes fold n1 n2 n3 n7', summary: 'n[1-3,7]' },
    { command: "nodes fold '@compute!@rack1'", summary: 'compute without the first rack' },
    { command: "seq 1 64 | sed 's/^/n/' | nodes fold", summary: 'names from a pipe' },
  ],
  run: async (input, context) => {
    const { answerSets } = await import('../sets/answer-sets.ts');
    const { folded, regrouped } = await import('../sets/answers.ts');
    return answerSets(input, context, input.flags.regroup ? regrouped(input.flags) : folded(input.flags));
  },
});
