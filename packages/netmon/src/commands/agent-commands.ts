// `netmon agent install|status|remove`: the sampler left on the nodes.
import { defineFlags, defineVerb, outputFlags } from '@heorot/cli';
import { reachFlags } from '../flags/netmon-flags.ts';

export const agentFlags = defineFlags({ ...reachFlags, json: outputFlags.json });

export const installFlags = defineFlags({
  ...agentFlags,
  to: {
    kind: 'text',
    value: 'ADDRESS:PORT',
    summary: 'where the agents send to; else to where the ssh connection comes from, port 7426',
    group: 'Agent',
    example: 'netmon agent install -w n2 --to 127.0.0.1:7426; netmon agent remove -w n2',
  },
  interval: {
    kind: 'duration',
    char: 'i',
    value: 'DURATION',
    defaultMs: 1000,
    minMs: 100,
    summary: 'time between two samples; say the same to what listens',
    group: 'Agent',
    example: 'netmon agent install -w n2 -i 5s; netmon agent remove -w n2',
  },
  as: {
    kind: 'choice',
    choices: ['auto', 'systemd', 'process'],
    default: 'auto',
    value: 'MANNER',
    summary: 'a service of systemd, or a process of its own',
    description:
      'auto takes systemd where it runs and the user is root; a process does not come back after a reboot of the node.',
    group: 'Agent',
    example: 'netmon agent install -w n2 --as process; netmon agent remove -w n2',
  },
});

export const agentInstallCommand = defineVerb({
  summary: 'leave the sampler on the nodes',
  description:
    'Puts the sampler and a small sender on each node and starts them: Perl with Digest::SHA, else Python 3; neither Node.js nor root is needed. Root of a node with systemd gets a service without powers, with its files in /var/lib/heorot-netmon, that is started again whatever ends it; else it is a process, with its files in ~/.heorot-netmon. It sends one datagram an interval, authenticated by a key that is made for the cluster at the first install and kept with mode 600 here and there. Installing again replaces what is there.\n\nnetmon collect, or any verb with --source agent, listens to them.',
  operands: { kind: 'none' },
  flags: installFlags,
  examples: [
    { command: 'netmon agent install -w n[1-2]', summary: 'agents that send to this machine' },
    { command: 'netmon agent remove -w n[1-2]', summary: 'take them away again' },
  ],
  tellsInterrupts: true,
  run: async (input, context) =>
    (await import('../agent/manage/manage-agents.ts')).installAgents(input.flags, context),
});

export const agentStatusCommand = defineVerb({
  summary: 'ask the nodes for their agents and network cards',
  description:
    'Over ssh: whether an agent runs there, since when, by which interpreter and to where it sends; and the network cards of the node with their drivers, speeds and models (by its own pci.ids, else by their ids). What arrives here is told by netmon collect. Exit code 1 if one of the nodes has no running agent.',
  operands: { kind: 'none' },
  flags: agentFlags,
  examples: [{ command: 'netmon agent status -a', summary: 'all nodes' }],
  tellsInterrupts: true,
  run: async (input, context) =>
    (await import('../agent/manage/manage-agents.ts')).manageAgents('status', input.flags, context),
});

export const agentRemoveCommand = defineVerb({
  summary: 'end the agents of the nodes and remove them',
  description:
    'Ends the agent, removes its service and its folder. The key of the cluster stays on this machine for the agents of other nodes.',
  operands: { kind: 'none' },
  flags: agentFlags,
  examples: [{ command: 'netmon agent remove -a', summary: 'all nodes' }],
  tellsInterrupts: true,
  run: async (input, context) =>
    (await import('../agent/manage/manage-agents.ts')).manageAgents('remove', input.flags, context),
});
