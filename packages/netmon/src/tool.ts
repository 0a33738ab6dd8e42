// netmon as the command line sees it: one verb a question about the traffic of nodes.
import type { Tool } from '@heorot/cli';
import { agentInstallCommand, agentRemoveCommand, agentStatusCommand } from './commands/agent-commands.ts';
import { collectCommand } from './commands/collect-command.ts';
import { eventsCommand } from './commands/events-command.ts';
import { exportCommand } from './commands/export-command.ts';
import { historyCommand } from './commands/history-command.ts';
import { onceCommand } from './commands/once-command.ts';
import { probeCommand } from './commands/probe-command.ts';
import { recordCommand } from './commands/record-command.ts';
import { replayCommand } from './commands/replay-command.ts';
import { serveCommand } from './commands/serve-command.ts';
import { topCommand } from './commands/top-command.ts';
import { watchCommand } from './commands/watch-command.ts';

export const tool: Tool = {
  name: 'netmon',
  summary: 'watches the network traffic of every node, live',
  description:
    'Shows the traffic of every selected node once a second with nothing installed on the nodes, records it, serves it, and names the link that underperforms.',
  verbs: {
    '': topCommand,
    top: topCommand,
    once: onceCommand,
    watch: watchCommand,
    record: recordCommand,
    replay: replayCommand,
    history: historyCommand,
    export: exportCommand,
    events: eventsCommand,
    serve: serveCommand,
    'agent install': agentInstallCommand,
    'agent status': agentStatusCommand,
    'agent remove': agentRemoveCommand,
    collect: collectCommand,
    probe: probeCommand,
  },
  exitCodes: [
    { code: '0', summary: 'all asked for was done and found good' },
    { code: '1', summary: 'an alert fired, or a link is bad' },
    { code: '2', summary: 'usage' },
    { code: '3', summary: 'inventory or configuration' },
    { code: '4', summary: 'a node could not be reached or timed out' },
    { code: '130', summary: 'interrupted' },
  ],
  seeAlso: ['dsh(1)', 'nodes(1)', 'heorot(1)'],
};
