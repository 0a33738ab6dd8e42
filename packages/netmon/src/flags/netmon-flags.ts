// The flags of every verb that watches nodes: which nodes, from where, how often, which interfaces.
import { connectionFlags, defineFlags, type FlagValues, outputFlags, selectionFlags } from '@heorot/cli';
import { defaultPort } from '../agent/listen-address.ts';

const {
  fanout,
  'connect-timeout': connectTimeout,
  user,
  'ssh-config': sshConfig,
  transport,
} = connectionFlags;
const { 'accept-new': acceptNew } = connectionFlags;

const sourceNames = ['ssh', 'agent', 'node_exporter', 'local'] as const;

/** Which nodes, and how they are reached: of every verb. */
export const reachFlags = defineFlags({
  ...selectionFlags,
  fanout: { ...fanout, summary: 'connect to at most N nodes at a time' },
  'connect-timeout': connectTimeout,
  user,
  'ssh-config': sshConfig,
  transport,
  'accept-new': acceptNew,
  quiet: { ...outputFlags.quiet, exclusive: [] },
  debug: outputFlags.debug,
  color: outputFlags.color,
});

export type ReachFlags = FlagValues<typeof reachFlags>;

/** What {@link openSource} reads; a verb adds its own. */
export const netmonFlags = defineFlags({
  ...reachFlags,
  source: {
    kind: 'choice',
    choices: sourceNames,
    default: 'ssh',
    value: 'NAME',
    summary: 'where the figures come from',
    description:
      'ssh asks the nodes over one connection each, with nothing installed there; node_exporter scrapes what runs there for Prometheus; agent listens to what netmon agent has installed; local is this machine.',
    group: 'Sampling',
    example: 'netmon once --source local',
  },
  interval: {
    kind: 'duration',
    char: 'i',
    value: 'DURATION',
    defaultMs: 1000,
    summary: 'time between two samples: 1s, 0.1s, 500ms, 1m',
    group: 'Sampling',
    example: 'netmon once -w n1 -i 0.5s',
  },
  iface: {
    kind: 'list',
    value: 'NAME',
    summary: 'these interfaces make the figures of a node (repeatable)',
    description:
      "Names or patterns: 'ib*', bond0. Without it the physical interfaces, each cable once: bonds, bridges, VLANs, veths and lo are not added twice.",
    group: 'Sampling',
    example: "netmon once -w n1 --iface 'eth*' --iface lo",
  },
  'exporter-port': {
    kind: 'number',
    value: 'PORT',
    default: 9100,
    min: 1,
    max: 65_535,
    summary: 'where node_exporter listens on the nodes',
    group: 'Sampling',
    example: 'netmon once -w n1 --source node_exporter --exporter-port 9100',
  },
  'exporter-path': {
    kind: 'text',
    value: 'PATH',
    default: '/metrics',
    summary: 'the page of node_exporter',
    group: 'Sampling',
    example: 'netmon once -w n1 --source node_exporter --exporter-path /metrics',
  },
  'agent-listen': {
    kind: 'text',
    value: 'ADDRESS:PORT',
    default: `0.0.0.0:${defaultPort}`,
    summary: 'where the datagrams of agents come in (UDP)',
    group: 'Sampling',
    example:
      'netmon agent install -w n1 --to 127.0.0.1:7426 && netmon once -w n1 --source agent --agent-listen 127.0.0.1:7426; netmon agent remove -w n1',
  },
  bytes: {
    kind: 'switch',
    char: 'B',
    summary: 'rates in bytes a second; bits without it',
    group: 'Output',
    example: 'netmon once -w n1 -B',
  },
});

export type NetmonFlags = FlagValues<typeof netmonFlags>;
