// `nodes audit`: what on these nodes is open to others, why it matters, and how to close it. Reads; changes nothing.
import { defineFlags, defineVerb } from '@heorot/cli';
import { reachFlags } from '../ask/reach-flags.ts';

export const auditFlags = defineFlags({
  ...reachFlags,
  only: {
    kind: 'list',
    value: 'CHECK',
    complete: ['listening', 'sshd', 'accounts', 'keys', 'writable', 'identity', 'exports', 'age', 'clock'],
    summary: 'this check, not all (repeatable, or with commas)',
    description: 'One of listening, sshd, accounts, keys, writable, identity, exports, age, clock.',
    group: 'Audit',
    example: 'nodes audit -a --only listening,sshd',
  },
  skip: {
    kind: 'list',
    value: 'CHECK',
    complete: ['listening', 'sshd', 'accounts', 'keys', 'writable', 'identity', 'exports', 'age', 'clock'],
    summary: 'not this check (repeatable, or with commas)',
    group: 'Audit',
    example: 'nodes audit -a --skip age --skip identity',
  },
  'fail-on': {
    kind: 'choice',
    choices: ['high', 'medium', 'low'],
    default: 'high',
    value: 'SEVERITY',
    summary: 'exit with 1 when a finding is as grave as this',
    group: 'Audit',
    example: 'nodes audit -a --fail-on medium',
  },
  'by-node': {
    kind: 'switch',
    summary: 'a list for each node; else equal findings stand once, with the nodes that have them',
    group: 'Audit',
    example: 'nodes audit -w n[1-2] --by-node',
  },
});

export const audit = defineVerb({
  summary:
    'what is open on nodes: sockets, ssh, accounts, keys, exports, age, clocks; why it matters, how to close it',
  description:
    'One session to each node runs one shell script that reads and writes nothing there; it works with dash and busybox, and sees most as root: without, it says what it could not see. Equal findings of many nodes stand once. Each has a severity (high, medium, low, or info: what is open but not bad in itself), why it matters and the command or line of configuration that closes it; nothing is closed for you. The audit looks from inside: a firewall may still stand before an open socket. Password hashes never leave a node: keyed digests of them are compared. Exit code 1: a finding is as grave as --fail-on; 4: a node could not be asked.',
  operands: { kind: 'none' },
  flags: auditFlags,
  examples: [
    { command: 'nodes audit -a', summary: 'is my cluster open to the world?' },
    { command: 'nodes audit -a -l root --fail-on medium --json', summary: 'each night, for a program' },
  ],
  run: async (input, context) => (await import('../audit/audit-nodes.ts')).auditNodes(input.flags, context),
});
