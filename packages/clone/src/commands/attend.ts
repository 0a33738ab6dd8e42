// `clone attend`: what waits for a person.
import { defineFlags, defineVerb, outputFlags } from '@heorot/cli';

const flags = defineFlags({
  admit: {
    kind: 'list',
    value: 'FINGERPRINT',
    summary: 'the machine that shows this on its screen is the node (repeatable)',
    group: 'Answers',
    example: 'clone attend --admit 0123456789abcdef0123456789abcdef',
  },
  question: {
    kind: 'number',
    value: 'N',
    min: 1,
    summary: 'the question that is answered; the only one without it',
    group: 'Answers',
    example: 'clone attend --question 1 --answer yes',
  },
  answer: {
    kind: 'text',
    value: 'TEXT',
    summary: 'the answer, passed to all nodes that ask the same',
    group: 'Answers',
    example: 'clone attend --answer yes',
  },
  color: outputFlags.color,
  json: outputFlags.json,
});

export const attend = defineVerb({
  summary: 'which nodes wait for a person, and the answer for all that ask the same',
  description:
    'Machines that wait to be admitted are listed with the fingerprint that must stand on their screen: compare it, then --admit. Questions of scripts (heorot-ask) are listed with the nodes that ask them.',
  operands: { kind: 'none' },
  flags,
  examples: [{ command: 'clone attend', summary: 'does anything wait?' }],
  run: async ({ flags: given }, context) =>
    (await import('../run/attend-nodes.ts')).attendNodes(given, context),
});
export type AttendFlags = typeof flags;
