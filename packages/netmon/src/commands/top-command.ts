// `netmon` and `netmon top`: the full-screen view.
import { defineFlags, defineVerb } from '@heorot/cli';
import { netmonFlags } from '../flags/netmon-flags.ts';
import { recordFlag } from '../flags/record-flag.ts';

/** The words of alerts and of `netmon once --sort`, where they have one. */
export const sortNames = [
  'node',
  'rx',
  'tx',
  'packets',
  'errors',
  'drops',
  'util',
  'retrans',
  'load',
  'cpu',
  'memory',
  'age',
] as const;

/** What is looked at first, live or in a recording. */
export const viewFlags = defineFlags({
  view: {
    kind: 'choice',
    choices: ['table', 'heatmap', 'sick-links', 'events'],
    default: 'table',
    value: 'NAME',
    summary: 'what to begin with; keys 1, 2, 4 and 5 change it',
    group: 'View',
    example: 'netmon top -w n[1-4] --view heatmap',
  },
  sort: {
    kind: 'choice',
    choices: sortNames,
    default: 'rx',
    value: 'COLUMN',
    summary: 'column to sort by, the largest first; the heat map shows it',
    group: 'View',
    example: 'netmon top -w n[1-4] --sort retrans',
  },
  'group-by': {
    kind: 'text',
    value: 'SOURCE',
    summary: 'group the nodes, with subtotals: rack, or a group source',
    description:
      'rack is the attribute of the nodes in the cluster file; any other name is a group source, as nodes groups lists them. Where groups overlap, a node stands under the smallest. Key g goes through all of them.',
    group: 'View',
    example: 'netmon top -w n[1-4] --group-by rack',
  },
  filter: {
    kind: 'text',
    value: 'TEXT',
    summary: 'show only nodes whose name, group or state holds this, or that are in this node set',
    group: 'View',
    example: "netmon top -w n[1-4] --filter 'n[1-2]'",
  },
  ascii: {
    kind: 'switch',
    summary: 'draw with ASCII only; without it, as the locale says',
    group: 'View',
    example: 'netmon top -w n[1-4] --ascii',
  },
});

export const topFlags = defineFlags({
  ...netmonFlags,
  ...viewFlags,
  record: recordFlag,
});

const keys = `Keys: ? shows all of them. 1 table, 2 heat map, 4 sick links, 5 events; Enter a node in detail; / filter; g group; < and > or a letter choose the column to sort by, R turns it round; B bits or bytes; Space pauses; q quits.`;

export const topCommand = defineVerb({
  summary: 'watch the nodes on a full screen',
  description: `A table of the selected nodes, once a second: received and sent on the wire, errors and drops, share of the link speed, TCP retransmissions, load, processor, memory, age of the sample, and a sparkline of the last minute. What is not known is a dash, never 0. A heat map shows a thousand nodes at once; a node in detail shows its interfaces and their history; the sick links say why and what to check.\n\n${keys}\n\nNeeds a terminal; without one there are netmon once and netmon watch. Where the locale is not UTF-8 it draws with ASCII.`,
  operands: { kind: 'none' },
  flags: topFlags,
  examples: [
    { command: 'netmon', summary: 'all nodes of the cluster file' },
    { command: 'netmon -g compute --group-by rack', summary: 'the compute nodes, by rack' },
    { command: 'netmon top -a --view sick-links', summary: 'which link is sick?' },
  ],
  run: async (input, context) => (await import('../top/top.ts')).top(input.flags, context),
});
