// `memtest-runner attach`: takes up a run again where the head left it.
import { defineVerb } from '@heorot/cli';
import { runReachFlags } from './reach-flags.ts';

export const attach = defineVerb({
  summary: 'follow a run that was left, to its verdicts',
  description:
    'Reads from each node what it wrote since the head last looked: nothing is lost when the head was killed or booted meanwhile. RUN is the id of a run, the beginning of one, or its name; without it the newest.',
  operands: { kind: 'any', name: 'RUN', summary: 'id or name of a run; the newest without it' },
  flags: runReachFlags,
  tellsInterrupts: true,
  examples: [{ command: 'memtest-runner attach', summary: 'the newest run' }],
  run: async (input, context) =>
    (await import('../run/attach-run.ts')).attachRun(input.operands, input.flags, context),
});
