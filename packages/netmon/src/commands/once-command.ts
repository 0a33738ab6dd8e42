// `netmon once`: the traffic of the selected nodes, as one table.
import { defineFlags, defineVerb, outputFlags } from '@heorot/cli';
import { netmonFlags } from '../flags/netmon-flags.ts';
import { nodeOrders } from '../once/node-order.ts';

export const onceFlags = defineFlags({
  ...netmonFlags,
  sort: {
    kind: 'choice',
    choices: nodeOrders,
    default: 'traffic',
    value: 'COLUMN',
    summary: 'the largest first; node = in the order of the node set',
    group: 'Output',
    example: 'netmon once -w n[1-4] --sort retrans',
  },
  sick: {
    kind: 'switch',
    summary: 'look for ten intervals and name the links that are sick, and why',
    group: 'Output',
    example: 'netmon once -w n[1-4] --sick -i 0.2s',
  },
  json: outputFlags.json,
  csv: {
    kind: 'switch',
    summary: 'comma-separated values: nodes, interfaces and RDMA ports',
    exclusive: ['json', 'sick'],
    group: 'Output',
    example: 'netmon once -w n1 --csv',
  },
});

export const onceCommand = defineVerb({
  summary: 'sample once and print a table',
  description:
    "Takes two readings of each node, an interval apart, and prints their difference by the time of the node's own clock. A figure that is not known is a question mark, never 0. Ends when every node has answered or is known to be down.\n\nWith --sick it watches for ten intervals and ranks the links that underperform: speed or duplex below their peers, carrier flaps, errors, drops, retransmits, far less traffic than their peers while more is wanted. Each says why and what to check.",
  operands: { kind: 'none' },
  flags: onceFlags,
  examples: [
    { command: 'netmon once -a', summary: 'all nodes, the busiest first' },
    { command: 'netmon once -a --sick', summary: 'which link is sick? (exit 1 if one is)' },
    { command: 'netmon once -w n[1-4] --json', summary: 'for a program' },
  ],
  tellsInterrupts: true,
  run: async (input, context) => (await import('../once/once.ts')).once(input.flags, context),
});
