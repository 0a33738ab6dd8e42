// `clone deploy`: what was planned is done, after it was consented to.
import { defineFlags, defineVerb, outputFlags } from '@heorot/cli';
import { planFlags } from '../plan/plan-flags.ts';

const flags = defineFlags({
  ...planFlags,
  plan: {
    kind: 'text',
    value: 'DIGEST',
    summary: 'do this plan and no other; refused when anything has changed since it was shown',
    group: 'Consent',
    example: 'clone deploy base -w n1 --plan 0123abcd --yes',
  },
  yes: {
    kind: 'switch',
    summary: 'do not ask: the disks of the nodes are erased',
    group: 'Consent',
    example: 'clone deploy base -w n1 --yes',
  },
  'dry-run': {
    kind: 'switch',
    summary: 'show the plan and stop',
    group: 'Consent',
    example: 'clone deploy base -w n1 --dry-run',
  },
  trust: {
    kind: 'choice',
    choices: ['console', 'admit', 'arrival'],
    default: 'admit',
    value: 'LEVEL',
    summary: 'how a machine shows that it is the node',
    description:
      'console: its serial console, read by clone serve, shows the key it has made; admit: a person compares the key on its screen (clone attend); arrival: it came first within the armed time, which a neighbour with a forged MAC can do as well.',
    group: 'Deployment',
    example: 'clone deploy base -w n1 --trust console --yes',
  },
  transport: {
    kind: 'choice',
    choices: ['auto', 'http', 'torrent', 'multicast'],
    default: 'auto',
    value: 'WAY',
    summary: 'how the image comes to the nodes',
    description:
      'torrent: nodes give it to one another (aria2); multicast: one sender for all (udpcast), where the switches carry it; auto: torrent when there are many nodes for the link, else http. Every chunk is checked against the signed list, and what does not come so comes from the head by http.',
    group: 'Deployment',
    example: 'clone deploy base -w n[1-8] --transport torrent --yes',
  },
  window: {
    kind: 'number',
    value: 'N',
    default: 32,
    min: 1,
    max: 100_000,
    summary: 'so many machines boot at a time',
    group: 'Deployment',
    example: 'clone deploy base -w n[1-8] --window 4 --yes',
  },
  expires: {
    kind: 'duration',
    value: 'DURATION',
    defaultMs: 4 * 3_600_000,
    summary: 'a machine that has not come by then is left alone',
    group: 'Deployment',
    example: 'clone deploy base -w n1 --expires 30m --yes',
  },
  wait: {
    kind: 'switch',
    default: true,
    negatable: true,
    summary: 'watch until all nodes are done',
    group: 'Deployment',
    example: 'clone deploy base -w n1 --no-wait --yes',
  },
  color: outputFlags.color,
  json: outputFlags.json,
});

export const deploy = defineVerb({
  summary: 'image nodes: erases their disks, lays down the image, gives each its identity',
  description:
    'Shows the plan and asks for the node set to be typed back. Then clone serve, which must be running, powers the nodes by windows and takes each from the boot over the network to the first answer over ssh under its own host key. A node that fails is set aside; the others go on.',
  operands: { kind: 'any', name: 'IMAGE', summary: 'the image: base, or base@2' },
  flags,
  examples: [
    { command: 'clone deploy base -w n[1-8] --yes', summary: 'eight nodes, and watch them' },
    {
      command: 'clone deploy base -w n1 --power none --no-wait --yes',
      summary: 'armed: power it on by hand',
    },
  ],
  run: async ({ flags: given, operands }, context) =>
    (await import('../run/start-deployment.ts')).startDeployment(operands, given, context),
});
export type DeployFlags = typeof flags;
