// The flags that mean the same in every tool: which nodes, how to reach them, how to print.
import { transportNames } from '@heorot/inventory';
import { defineFlags } from './flag-table.ts';

/** `-w -g -a -x -X --cluster`; read by {@link selectionOf}. */
export const selectionFlags = defineFlags({
  nodes: {
    kind: 'list',
    char: 'w',
    value: 'SET',
    complete: 'nodes',
    summary: 'these nodes, as a node set (repeatable)',
    description:
      'A node set such as n[1-8], n[1-8]!n3 or @compute&@rack1; operators , ! & ^ are read from left to right. Repeated flags are united.',
    group: 'Nodes',
  },
  group: {
    kind: 'list',
    char: 'g',
    value: 'NAME',
    complete: 'groups',
    summary: 'the nodes of a group, the same as -w @NAME (repeatable)',
    group: 'Nodes',
  },
  all: { kind: 'switch', char: 'a', summary: 'every node of the default source', group: 'Nodes' },
  exclude: {
    kind: 'list',
    char: 'x',
    value: 'SET',
    complete: 'nodes',
    summary: 'not these nodes; taken away at the end (repeatable)',
    group: 'Nodes',
  },
  'exclude-group': {
    kind: 'list',
    char: 'X',
    value: 'NAME',
    complete: 'groups',
    summary: 'not the nodes of this group (repeatable)',
    group: 'Nodes',
  },
  cluster: {
    kind: 'text',
    value: 'FILE',
    complete: 'files',
    summary: 'the cluster file',
    description:
      'Without it: $HEOROT_CLUSTER, ./cluster.yaml, $XDG_CONFIG_HOME/heorot/cluster.yaml, /etc/heorot/cluster.yaml, the first that exists.',
    group: 'Nodes',
  },
});

/** `-f -t -u -l -A --ssh-config --transport --accept-new` */
export const connectionFlags = defineFlags({
  fanout: {
    kind: 'number',
    char: 'f',
    value: 'N',
    default: 64,
    min: 1,
    max: 100_000,
    summary: 'at most N nodes at a time',
    group: 'Connection',
  },
  'connect-timeout': {
    kind: 'duration',
    char: 't',
    value: 'DURATION',
    minMs: 1,
    summary: 'give up connecting after: 10, 10s, 2m, 1h',
    description:
      'Covers name lookup, TCP, key exchange and authentication. Without it: what the cluster file or ssh config says, else 10 s.',
    group: 'Connection',
  },
  'command-timeout': {
    kind: 'duration',
    char: 'u',
    value: 'DURATION',
    summary: 'end a command that runs longer; no limit by default, or with 0',
    group: 'Connection',
  },
  user: { kind: 'text', char: 'l', value: 'NAME', summary: 'remote user', group: 'Connection' },
  'forward-agent': {
    kind: 'switch',
    char: 'A',
    summary: 'let nodes use the ssh agent of this machine; off by default',
    description: 'With --transport relay the gateways log in to the nodes with it.',
    group: 'Connection',
  },
  'ssh-config': {
    kind: 'text',
    value: 'FILE',
    complete: 'files',
    summary: 'as ssh -F',
    description: 'Without it: ~/.ssh/config and /etc/ssh/ssh_config.',
    group: 'Connection',
  },
  transport: {
    kind: 'choice',
    choices: transportNames,
    value: 'NAME',
    summary: 'how nodes are reached; else chosen per node',
    description:
      'ssh2 is built in; openssh is the ssh program of this machine, chosen by itself where the ssh config asks for what ssh2 cannot do; local runs on this machine; relay has the gateway of a node log in to it with its own ssh, for thousands of nodes.',
    group: 'Connection',
  },
  'accept-new': {
    kind: 'switch',
    summary: 'record host keys not seen before; a changed key is still refused',
    group: 'Connection',
  },
});

/** `-q -v --debug --color --json --ndjson` */
export const outputFlags = defineFlags({
  quiet: { kind: 'switch', char: 'q', summary: 'results only', exclusive: ['verbose'], group: 'Output' },
  verbose: { kind: 'count', char: 'v', summary: 'say more; -vv still more', group: 'Output' },
  debug: { kind: 'switch', summary: 'trace to stderr', group: 'Output' },
  color: {
    kind: 'choice',
    choices: ['auto', 'always', 'never'],
    default: 'auto',
    value: 'WHEN',
    summary: 'colours',
    description:
      'auto heeds FORCE_COLOR, NO_COLOR, CLICOLOR_FORCE, CLICOLOR and TERM, and colours only a terminal.',
    group: 'Output',
  },
  json: {
    kind: 'switch',
    summary: 'one JSON document on stdout at the end',
    group: 'Output',
  },
  ndjson: {
    kind: 'switch',
    summary: 'one line of JSON per event, as it happens',
    exclusive: ['json'],
    group: 'Output',
  },
});
