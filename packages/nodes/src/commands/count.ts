// `nodes count`: how many nodes are in a set.
import { defineVerb } from '@heorot/cli';
import { setFlags, setOperands } from '../sets/set-flags.ts';

export const count = defineVerb({
  summary: 'say how many nodes there are in a node set',
  description:
    'Evaluates node sets as nodes fold does and writes how many nodes they hold, each counted once.',
  operands: setOperands,
  flags: setFlags,
  examples: [{ command: "nodes count 'r[1-4]n[1-32]'", summary: '128' }],
  run: async (input, context) => {
    const { answerSets } = await import('../sets/answer-sets.ts');
    const { counted } = await import('../sets/answers.ts');
    return answerSets(input, context, counted);
  },
});
