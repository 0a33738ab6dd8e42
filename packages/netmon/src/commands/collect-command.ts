// `netmon collect`: listens to agents, records, and says what comes and what does not.
import { defineFlags, defineVerb, outputFlags } from '@heorot/cli';
import { defaultPort } from '../agent/listen-address.ts';
import { reachFlags } from '../flags/netmon-flags.ts';

export const collectFlags = defineFlags({
  ...reachFlags,
  listen: {
    kind: 'text',
    value: 'ADDRESS:PORT',
    default: `0.0.0.0:${defaultPort}`,
    summary: 'where the datagrams come in (UDP)',
    group: 'Sampling',
    example: 'netmon collect -w n1 --listen 127.0.0.1:7426 --for 1s',
  },
  interval: {
    kind: 'duration',
    char: 'i',
    value: 'DURATION',
    defaultMs: 1000,
    summary: 'what the agents were installed with',
    group: 'Sampling',
    example: 'netmon collect -w n1 -i 5s --for 1s',
  },
  output: {
    kind: 'text',
    char: 'o',
    value: 'FILE',
    complete: 'files',
    summary: 'record into this file: netmon replay and netmon history read it',
    group: 'Recording',
    example: 'netmon collect -w n1 -o agents.netmon --for 1s',
  },
  retain: {
    kind: 'duration',
    value: 'DURATION',
    summary: 'keep that much of the recording; all of it without',
    group: 'Recording',
    example: 'netmon collect -w n1 -o agents.netmon --retain 7d --for 1s',
  },
  for: {
    kind: 'duration',
    value: 'DURATION',
    summary: 'end after this time; without it, only when it is told to',
    group: 'Sampling',
    example: 'netmon collect -w n1 --for 1s',
  },
  every: {
    kind: 'duration',
    value: 'DURATION',
    defaultMs: 10_000,
    minMs: 100,
    summary: 'time between two lines of the status',
    group: 'Output',
    example: 'netmon collect -w n1 --every 0.5s --for 1s',
  },
  json: outputFlags.json,
});

export const collectCommand = defineVerb({
  summary: 'listen to the agents of the nodes',
  description:
    'Takes in what netmon agent install has left on the nodes sends, without any connection to them, and can record it. Every few seconds a line says how many agents speak, and which datagrams were dropped and why: forged, replayed, of another cluster, late, cut, of nodes that were not selected. A datagram that is lost makes the interval longer, never a rate wrong. One process listens at a time; every other verb listens by itself with --source agent.',
  operands: { kind: 'none' },
  flags: collectFlags,
  examples: [{ command: 'netmon collect -a -o agents.netmon --for 2s', summary: 'record for two seconds' }],
  run: async (input, context) => (await import('../agent/collect.ts')).collect(input.flags, context),
});
