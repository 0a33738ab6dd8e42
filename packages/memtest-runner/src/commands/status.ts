// `memtest-runner status`: where a run stands, in one look.
import { defineVerb } from '@heorot/cli';
import { runReachFlags } from './reach-flags.ts';

export const status = defineVerb({
  summary: 'where a run stands: phases, speed, coverage, findings',
  description:
    'Asks each node once what is new, prints a few lines and ends. RUN is the id of a run, the beginning of one, or its name; without it the newest.',
  operands: { kind: 'any', name: 'RUN', summary: 'id or name of a run; the newest without it' },
  flags: runReachFlags,
  examples: [{ command: 'memtest-runner status', summary: 'of the newest run' }],
  run: async (input, context) =>
    (await import('../run/status-of-run.ts')).statusOfRun(input.operands, input.flags, context),
});
