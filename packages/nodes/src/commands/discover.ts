// `nodes discover`: asks nodes what they are made of, shows it, and records it.
import { defineFlags, defineVerb } from '@heorot/cli';
import { reachFlags } from '../ask/reach-flags.ts';

export const discoverFlags = defineFlags({
  ...reachFlags,
  'no-record': {
    kind: 'switch',
    summary: 'show only; write nothing',
    group: 'Recording',
    example: 'nodes discover -a --no-record',
  },
});

export const discover = defineVerb({
  summary: 'ask nodes for cores, memory, network cards, disks, system and serial numbers, and record them',
  description:
    'One session to each node reads /proc and /sys; nothing is installed there. What a node cannot tell stays unknown. The answers are recorded in the facts file that the cluster file names (facts: facts.json) and the MAC address of the first network card that is up in the macs file (macs: macs.csv), where they are named; nodes show and %label use them.',
  operands: { kind: 'none' },
  flags: discoverFlags,
  examples: [
    { command: 'nodes discover -g compute', summary: 'what are the compute nodes made of?' },
    { command: 'nodes discover -a --json', summary: 'all of it, for a program' },
  ],
  run: async (input, context) =>
    (await import('../discover/discover-nodes.ts')).discoverNodes(input.flags, context),
});
