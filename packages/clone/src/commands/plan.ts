// `clone plan`: what would be done to each node, and the digest by which `clone deploy` does exactly that.
import { defineFlags, defineVerb, outputFlags } from '@heorot/cli';
import { planFlags } from '../plan/plan-flags.ts';

const flags = defineFlags({ ...planFlags, color: outputFlags.color, json: outputFlags.json });

export const plan = defineVerb({
  summary: 'show what a deployment would do to each node; writes nothing',
  description:
    'Per node: the disk by serial number and size, what is on it now and what will be, the image by digest, the identity. What is against a node is said here, before anything is erased. The last line is the digest of the plan: clone deploy --plan DIGEST does this and nothing else.',
  operands: { kind: 'any', name: 'IMAGE', summary: 'the image: base, or base@2' },
  flags,
  examples: [{ command: 'clone plan base -w n[1-8]', summary: 'what would happen to eight nodes?' }],
  run: async ({ flags: given, operands }, context) =>
    (await import('../plan/show-plan.ts')).showPlan(operands, given, context),
});
