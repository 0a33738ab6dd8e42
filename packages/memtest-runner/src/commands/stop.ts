// `memtest-runner stop`: ends a run on its nodes.
import { defineVerb } from '@heorot/cli';
import { runReachFlags } from './reach-flags.ts';

export const stop = defineVerb({
  summary: 'end a run on its nodes, and say what was not tested',
  description:
    'The engines are told to end and write what they have done; what they did not reach is told, and never counts as passed. RUN is the id of a run, the beginning of one, or its name; without it the newest.',
  operands: { kind: 'any', name: 'RUN', summary: 'id or name of a run; the newest without it' },
  flags: runReachFlags,
  examples: [{ command: 'memtest-runner stop', summary: 'the newest run' }],
  run: async (input, context) =>
    (await import('../run/stop-run.ts')).stopRun(input.operands, input.flags, context),
});
