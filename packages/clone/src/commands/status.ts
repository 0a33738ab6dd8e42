// `clone status`: where the nodes of deployments stand.
import { defineVerb } from '@heorot/cli';
import { lookFlags } from '../run/run-flags.ts';

export const status = defineVerb({
  summary: 'where deployments stand: node sets by state, reasons, times of the steps, notices',
  description:
    'Without a selection the last run; with -w, -g or -a the last deployment of each of these nodes. Exit code 1 when a node has failed.',
  operands: { kind: 'none' },
  flags: { ...lookFlags, run: { ...lookFlags.run, example: 'clone status --run 1' } },
  examples: [
    { command: 'clone status', summary: 'the last run' },
    { command: 'clone status -w n[1-8] --json', summary: 'for a program' },
  ],
  run: async ({ flags }, context) => (await import('../run/show-status.ts')).showStatus(flags, context),
});
