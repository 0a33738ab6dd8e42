// `nodes trust`: shows the host keys of nodes with their fingerprints, and records those that a person agrees to.
import { connectionFlags, defineFlags, defineVerb, outputFlags, selectionFlags } from '@heorot/cli';

const { 'ssh-config': sshConfig, 'connect-timeout': connectTimeout, fanout } = connectionFlags;

export const trustFlags = defineFlags({
  ...selectionFlags,
  'dry-run': {
    kind: 'switch',
    summary: 'show the keys, record none',
    group: 'Recording',
    example: 'nodes trust -a --dry-run',
  },
  replace: {
    kind: 'switch',
    summary: 'record changed keys too, in the place of the old ones; asks for the node set',
    group: 'Recording',
    example: 'nodes trust -w n1 --replace --yes',
  },
  yes: {
    kind: 'switch',
    char: 'y',
    summary: 'record without asking',
    group: 'Recording',
    example: 'nodes trust -a --yes',
  },
  fanout,
  'connect-timeout': connectTimeout,
  'ssh-config': sshConfig,
  color: outputFlags.color,
  json: outputFlags.json,
});

export const trust = defineVerb({
  summary: 'show host keys, and record them in known_hosts',
  description:
    'Asks each node for its host keys and compares them with known_hosts. New keys are shown with their fingerprints and recorded when you agree. Compare the fingerprints with those on the consoles (ssh-keygen -l -f /etc/ssh/ssh_host_ed25519_key.pub) where the network between is not yours. A key that has changed is an alarm: the node was installed anew, or something else answers in its place; only --replace records it. Nodes that show the same key are named: they are clones without an identity of their own. Exit code 1: a key is changed or revoked; 4: a node did not answer.',
  operands: { kind: 'none' },
  flags: trustFlags,
  examples: [
    { command: 'nodes trust -w n[1-8]', summary: 'look at the fingerprints, then type yes' },
    { command: 'nodes trust -a --yes', summary: 'in a script, in a network that you trust' },
  ],
  run: async (input, context) => (await import('../trust/trust-nodes.ts')).trustNodes(input.flags, context),
});
