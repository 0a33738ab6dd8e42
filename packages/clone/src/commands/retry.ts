// `clone retry`: the nodes of a run that did not come through, once more.
import { defineFlags, defineVerb, outputFlags } from '@heorot/cli';
import { runFlag } from '../run/run-flags.ts';
import { deploy } from './deploy.ts';

const flags = defineFlags({
  run: { ...runFlag.run, example: 'clone retry --run 1 --yes' },
  yes: {
    kind: 'switch',
    summary: 'do not ask: the disks of the nodes are erased',
    group: 'Consent',
    example: 'clone retry --yes',
  },
  wait: { ...deploy.flags.wait, example: 'clone retry --no-wait --yes' },
  color: outputFlags.color,
  json: outputFlags.json,
});

export const retry = defineVerb({
  summary: 'deploy again the nodes of a run that failed, were cancelled or did not come',
  description:
    'With the image, the recipe and the flags of that run. The plan is made anew, shown, and asks for consent like the first one.',
  operands: { kind: 'none' },
  flags,
  examples: [{ command: 'clone retry --yes', summary: 'the last run' }],
  run: async ({ flags: given }, context) => (await import('../run/retry-run.ts')).retryRun(given, context),
});
export type RetryFlags = typeof flags;
