// `clone cancel`: nodes are taken out of their deployment.
import { defineFlags, defineVerb, selectionFlags } from '@heorot/cli';

const flags = defineFlags({
  ...selectionFlags,
  yes: { kind: 'switch', summary: 'do not ask', group: 'Consent', example: 'clone cancel -w n1 --yes' },
});

export const cancel = defineVerb({
  summary: 'end the deployment of nodes; what is on their disks stays as it is then',
  description:
    'A node that is being installed is told so with its next report and powers itself off; its disk may be half written.',
  operands: { kind: 'none' },
  flags,
  examples: [{ command: 'clone cancel -w n[1-2] --yes', summary: 'two nodes' }],
  run: async ({ flags: given }, context) =>
    (await import('../run/cancel-nodes.ts')).cancelNodes(given, context),
});
export type CancelFlags = typeof flags;
