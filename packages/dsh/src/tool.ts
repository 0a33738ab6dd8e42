// dsh as the command line sees it: one verb without a name, whose flags choose the mode. The modes: commands/.
import { type CommandContext, defineVerb, type Tool } from '@heorot/cli';
import { HeorotError } from '@heorot/inventory';
import type { DshInput } from './commands/run-command.ts';
import { dshFlags } from './flags/dsh-flags.ts';
import { foreignFlags } from './flags/foreign-flags.ts';
import { holderVerbs } from './holder/holder-verbs.ts';

const dsh = defineVerb({
  summary: 'runs a command on many nodes and reads the answers side by side',
  description: `dsh runs a command on every selected node at once, over SSH, and shows the answers: line by line under the names of the nodes as they come, or gathered so that equal answers stand once under folded names, or as differences from what most nodes said.

All after the first operand belongs to the remote command, flags included; it is joined by blanks and given to the login shell of the node, as ssh does. Without a command, on a terminal, dsh is a prompt.

Bytes arrive as the nodes wrote them. Lines of different nodes never mix within a line; a last line without a newline gets one where names stand before the lines, and nowhere else. Escape sequences are made visible where stdout is a terminal, and only there.

Standard input goes to every node unless it is a terminal or -n was given. In a "while read" loop say -n.

Ctrl-C once starts nothing new and says who is unfinished; twice ends everything, the processes on the nodes included.

Every run is kept in the history with its outcomes and the first megabyte of each answer, so that --retry, --history and --show know it; --no-history keeps nothing. Passwords and the values of --env are never kept; the command line is.`,
  operands: {
    kind: 'remote-command',
    name: 'COMMAND',
    summary: 'what to run on the nodes, with its arguments',
  },
  flags: dshFlags,
  foreignFlags,
  tellsInterrupts: true,
  examples: [
    { command: 'dsh -a uname -r', summary: 'on every node' },
    { command: 'dsh -g compute -b uname -r', summary: 'on a group, equal answers once' },
    {
      command: "dsh -w 'n[1-4]' --diff cat /etc/hosts",
      summary: 'what differs from the majority, and where',
    },
    {
      command: 'dsh -a --batch 25% --max-fail 1 hostname',
      summary: 'a quarter at a time, stop after the second failure',
    },
    { command: 'dsh -a --hold 10m uptime', summary: 'leave the connections open for the next runs' },
    { command: 'dsh --retry', summary: 'the last command again, where it failed' },
    { command: 'dsh -a --ndjson hostname', summary: 'for programs' },
  ],
  run: (input, context) => chooseMode(input, context),
});

export const tool: Tool = {
  name: 'dsh',
  summary: dsh.summary,
  description: dsh.description,
  verbs: { '': dsh, ...holderVerbs },
  exitCodes: [
    { code: '0', summary: 'every node ended ok' },
    { code: '1', summary: 'a command failed on a node' },
    { code: '2', summary: 'the command line is wrong' },
    { code: '3', summary: 'the cluster file, the node selection or another setting is wrong' },
    { code: '4', summary: 'a node could not be reached or ran out of time, and nothing worse' },
    { code: '130', summary: 'interrupted' },
    { code: 'N', summary: 'with -S, the largest exit code of the nodes; 255 for a node that has none' },
  ],
  files: [
    { path: '$XDG_STATE_HOME/heorot/dsh.db', summary: 'the history of runs' },
    {
      path: './cluster.yaml, $XDG_CONFIG_HOME/heorot/cluster.yaml, /etc/heorot/cluster.yaml',
      summary: 'the cluster',
    },
    {
      path: '$XDG_RUNTIME_DIR/heorot-holder, $XDG_STATE_HOME/heorot/holder-HOST',
      summary: 'the socket of the holder of connections',
    },
    { path: '~/.ssh/config, ~/.ssh/known_hosts', summary: 'as ssh reads them' },
  ],
  seeAlso: ['nodes(1)', 'heorot(1)', 'ssh(1)'],
};

/** Modules are loaded by mode: what `--history` does not need costs it nothing. */
async function chooseMode(input: DshInput, context: CommandContext): Promise<number> {
  const { flags } = input;
  refuseIdleWords(input);
  if (flags.history) return (await import('./commands/history-command.ts')).historyCommand(flags, context);
  if (flags.show !== undefined)
    return (await import('./commands/show-command.ts')).showCommand(input, flags.show, context);
  if (flags.from !== undefined)
    return (await import('./commands/from-command.ts')).fromCommand(input, flags.from, context);
  if (flags.explain) return (await import('./commands/explain-command.ts')).explainCommand(flags, context);
  if (flags['dry-run']) return (await import('./commands/explain-command.ts')).dryRunCommand(input, context);
  if (flags.retry) return (await import('./commands/retry-command.ts')).retryCommand(input, context);
  if (flags.copy.length > 0 || flags.fetch.length > 0) {
    return (await import('./commands/copy-command.ts')).copyCommand(input, context);
  }
  const nothingToRun =
    input.operands.length === 0 && flags.command.length === 0 && flags.script === undefined;
  if (nothingToRun && context.stdin.isTTY === true) {
    return (await import('./commands/prompt-command.ts')).promptCommand(input, context);
  }
  return (await import('./commands/run-command.ts')).runCommand(input, context);
}

/**
 * What would be passed over without a word was meant otherwise.
 * @throws HeorotError `usage`
 */
function refuseIdleWords({ flags, operands }: DshInput): void {
  const reading = (['history', 'show', 'from'] as const).find(
    (name) => flags[name] !== undefined && flags[name] !== false,
  );
  if (reading !== undefined && operands.length > 0) {
    throw new HeorotError('usage', `flag --${reading} runs no command: '${operands.join(' ')}'`);
  }
  const copies = flags.copy.length > 0 || flags.fetch.length > 0 || flags.retry;
  if (flags.dest !== undefined && !copies) {
    throw new HeorotError('usage', 'flag --dest needs --copy or --fetch as well');
  }
}
