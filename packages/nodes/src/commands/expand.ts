// `nodes expand`: a node set as separate names.
import { defineFlags, defineVerb } from '@heorot/cli';
import { separatorFlags, setFlags, setOperands } from '../sets/set-flags.ts';

export const expand = defineVerb({
  summary: 'write a node set as separate names',
  description:
    'Evaluates node sets as nodes fold does and writes every name, separated by a blank or by -S. For loops and for programs that do not know node sets.',
  operands: setOperands,
  flags: defineFlags({ ...setFlags, ...separatorFlags }),
  examples: [
    { command: "nodes expand 'n[08-11]'", summary: 'n08 n09 n10 n11' },
    { command: "nodes expand -S '\\n' @compute", summary: 'one a line' },
  ],
  run: async (input, context) => {
    const { answerSets } = await import('../sets/answer-sets.ts');
    const { expanded } = await import('../sets/answers.ts');
    return answerSets(input, context, expanded(input.flags.separator));
  },
});
