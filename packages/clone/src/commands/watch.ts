// `clone watch`: the live board of a run.
import { defineFlags, defineVerb, outputFlags } from '@heorot/cli';
import { runFlag } from '../run/run-flags.ts';

const flags = defineFlags({
  run: { ...runFlag.run, example: 'clone watch --run 1' },
  color: outputFlags.color,
  json: outputFlags.json,
});

export const watch = defineVerb({
  summary: 'follow a run until all of its nodes are done',
  description:
    'A few lines that are redrawn, whatever the number of nodes; failures are said as they come. Ctrl-C ends the watching, not the run.',
  operands: { kind: 'none' },
  flags,
  examples: [{ command: 'clone watch', summary: 'the last run' }],
  run: async ({ flags: given }, context) => (await import('../run/watch-last.ts')).watchLast(given, context),
});
