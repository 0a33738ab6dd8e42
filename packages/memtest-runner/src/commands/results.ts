// `memtest-runner results`: the verdicts of a run, from what the head has read; no node is asked.
import { defineFlags, defineVerb, outputFlags } from '@heorot/cli';

const { color, json, debug } = outputFlags;

export const resultsFlags = defineFlags({
  cluster: {
    kind: 'text',
    value: 'FILE',
    complete: 'files',
    summary: 'the cluster file; that of the run without it',
    group: 'Nodes',
    example: 'memtest-runner results --cluster "$HEOROT_CLUSTER"',
  },
  color,
  debug,
  json,
});

export const results = defineVerb({
  summary: 'the verdicts of a run, with their reasons and the next step',
  description:
    'From what the head has read so far. RUN is the id of a run, the beginning of one, or its name; without it the newest.',
  operands: { kind: 'any', name: 'RUN', summary: 'id or name of a run; the newest without it' },
  flags: resultsFlags,
  examples: [
    { command: 'memtest-runner results', summary: 'of the newest run' },
    { command: 'memtest-runner results --json', summary: 'all of it, for a program' },
  ],
  run: async (input, context) =>
    (await import('../run/show-results.ts')).showResults(input.operands, input.flags, context),
});
