// `netmon probe`: bandwidth and latency between nodes.
import { defineFlags, defineVerb, outputFlags } from '@heorot/cli';
import { reachFlags } from '../flags/netmon-flags.ts';

export const probeFlags = defineFlags({
  ...reachFlags,
  pairs: {
    kind: 'choice',
    choices: ['ring', 'all'],
    default: 'ring',
    value: 'HOW',
    summary: 'ring: each node to the next; all: each to every other',
    group: 'Probe',
    example: 'netmon probe -w n[1-3] --pairs all --for 1s --yes',
  },
  'max-parallel': {
    kind: 'number',
    value: 'N',
    default: 1,
    min: 1,
    summary: 'at most N pairs at a time, never two that share a node',
    group: 'Probe',
    example: 'netmon probe -w n[1-4] --max-parallel 2 --for 1s --yes',
  },
  for: {
    kind: 'duration',
    value: 'DURATION',
    defaultMs: 5000,
    minMs: 1000,
    summary: 'how long each pair sends, in whole seconds',
    group: 'Probe',
    example: 'netmon probe n1 n2 --for 1s --yes',
  },
  yes: {
    kind: 'switch',
    summary: 'do not ask: for scripts',
    group: 'Probe',
    example: 'netmon probe n1 n2 --for 1s --yes',
  },
  json: outputFlags.json,
});

export const probeCommand = defineVerb({
  summary: 'measure bandwidth and latency between nodes',
  description:
    'One TCP connection from a node to another as fast as it goes, by iperf3 where both have it, else by a small sender and receiver in Perl or Python 3; latency by ping, else by TCP connects. The first node sends. The receiver listens on the address of its node, takes one connection, and ends with the measurement, with Ctrl-C and with the connection. A pair that is far below the median of all is named: less than a quarter of it, or a robust z of -3.5 or less and at least 10 % below. It is goodput, so it is some per cent below what netmon top shows on the wire.\n\n--pairs all prints a matrix, a row a sender and a column a receiver, and below it the pairs to look at; else, and where the terminal is too narrow, it is a line a pair. It asks before it loads the links, and refuses without a terminal unless --yes is said. Exit code 1 if there is an outlier.',
  operands: {
    kind: 'any',
    name: 'NODE',
    summary: 'the node that sends and the one that receives',
    complete: 'nodes',
  },
  flags: probeFlags,
  examples: [
    { command: 'netmon probe n1 n2 --for 1s --yes', summary: 'one link, in one direction' },
    { command: 'netmon probe -w n[1-4] --pairs ring --for 1s --yes', summary: 'which of these is slow?' },
  ],
  tellsInterrupts: true,
  run: async (input, context) =>
    (await import('../probe/probe.ts')).probe(input.flags, input.operands, context),
});
