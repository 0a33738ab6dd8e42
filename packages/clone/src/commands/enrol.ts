// `clone enrol`: machines that nobody knows get their names.
import { defineFlags, defineVerb, outputFlags, selectionFlags } from '@heorot/cli';

const flags = defineFlags({
  nodes: {
    ...selectionFlags.nodes,
    summary: 'the names, given in the order the machines were first seen',
    example: 'clone enrol -w n1 --dry-run',
  },
  cluster: selectionFlags.cluster,
  ignore: {
    kind: 'list',
    value: 'MAC',
    summary: 'not this machine (repeatable)',
    group: 'Nodes',
    example: 'clone enrol --ignore 52:54:00:00:00:99',
  },
  forget: {
    kind: 'switch',
    summary: 'forget all machines that nobody knows, to begin a rack anew',
    group: 'Nodes',
    example: 'clone enrol --forget',
  },
  yes: { kind: 'switch', summary: 'do not ask', group: 'Consent', example: 'clone enrol --yes' },
  'dry-run': {
    kind: 'switch',
    summary: 'show which machine would get which name',
    group: 'Consent',
    example: 'clone enrol -w n1 --dry-run',
  },
  color: outputFlags.color,
  json: outputFlags.json,
});

export const enrol = defineVerb({
  summary: 'list machines that nobody knows in the order they were seen, and name them',
  description:
    'Power a rack on from top to bottom, a few seconds apart, while clone serve runs with --enrol-range. Then name the machines by a node set: the first seen gets the first name. The names are written to the macs file of the cluster file, all or none; the service reads it again by itself.',
  operands: { kind: 'none' },
  flags,
  examples: [{ command: 'clone enrol', summary: 'who is there?' }],
  run: async ({ flags: given }, context) =>
    (await import('../enrol/enrol-machines.ts')).enrolMachines(given, context),
});
export type EnrolFlags = typeof flags;
