// What `netmon agent install|status|remove` do, from the flags to the exit code.
import {
  type CommandContext,
  ExitCode,
  type FlagValues,
  formatDuration,
  renderTable,
  selectNodes,
  writeAll,
  writeJson,
} from '@heorot/cli';
import { NodeSet } from '@heorot/inventory';
import type { agentFlags, installFlags } from '../../commands/agent-commands.ts';
import { openReach, targetsFor } from '../../source/open-reach.ts';
import { printable } from '../../units/printable.ts';
import { showWaiting, waitingText } from '../../watch/show-waiting.ts';
import { agentKeyFile, provideAgentKey } from '../agent-key.ts';
import { defaultPort, parseListenAddress } from '../listen-address.ts';
import type { AgentState } from './agent-state.ts';
import { type Errand, type TendOptions, tendAgents } from './tend-agents.ts';

type AgentFlags = FlagValues<typeof agentFlags>;
type InstallFlags = FlagValues<typeof installFlags>;

export async function installAgents(flags: InstallFlags, context: CommandContext): Promise<number> {
  const to = flags.to === undefined ? undefined : parseListenAddress(flags.to, '--to');
  return await manage(flags, context, async (cluster) => ({
    kind: 'install',
    key: await provideAgentKey(agentKeyFile(context.env, cluster)),
    to,
    port: defaultPort,
    intervalMs: flags.interval,
    manner: flags.as,
  }));
}

export async function manageAgents(
  kind: 'status' | 'remove',
  flags: AgentFlags,
  context: CommandContext,
): Promise<number> {
  return await manage(flags, context, async () => ({ kind }));
}

async function manage(
  flags: AgentFlags,
  context: CommandContext,
  errandFor: (cluster: string) => Promise<Errand>,
): Promise<number> {
  const { inventory, fanout } = await openReach(flags, context);
  await using _ = fanout;
  const nodes = await selectNodes(inventory, flags);
  const errand = await errandFor(inventory.clusterName ?? '');
  const targets = targetsFor(inventory, nodes, flags);
  const states = await tend(errand, { fanout, targets, window: flags.fanout }, flags, context);
  if (flags.json) await writeJson(context.stdout, { agents: states });
  else
    await writeAll(
      context.stdout,
      table(states, context)
        .map((line) => `${line}\n`)
        .join(''),
    );
  if (!flags.quiet) context.stderr.write(`${countsOf(states)}\n`);
  const wanted = errand.kind === 'remove' ? ['removed', 'absent'] : ['running'];
  if (context.signal.aborted || context.drain.aborted) return ExitCode.interrupted;
  if (states.some(({ state }) => state === 'unreachable')) return ExitCode.unreachable;
  return states.every(({ state }) => wanted.includes(state)) ? ExitCode.ok : ExitCode.nodeFailed;
}

/** Ctrl-C: what is begun on a node is finished, as half an agent is of no use; the second time it is not. Asking is just ended. */
async function tend(
  errand: Errand,
  options: Omit<TendOptions, 'open'>,
  { quiet }: AgentFlags,
  context: CommandContext,
): Promise<readonly AgentState[]> {
  const all = options.targets.length;
  const open = new Set(options.targets.map(({ node }) => node));
  using _waiting = showWaiting(context, quiet, () => ({ all, open }));
  const { drain, stderr } = context;
  const say = () => {
    const next = errand.kind === 'status' ? '' : '; Ctrl-C again to stop now';
    stderr.write(`\ninterrupted: ${waitingText({ all, open })}${next}\n`);
  };
  drain.addEventListener('abort', say, { once: true });
  const signal = errand.kind === 'status' ? AbortSignal.any([drain, context.signal]) : context.signal;
  try {
    return await tendAgents(errand, { ...options, open }, { drain, signal });
  } finally {
    drain.removeEventListener('abort', say);
  }
}

function table(states: readonly AgentState[], { theme, stdout }: CommandContext): readonly string[] {
  const rows = states.map((state) => [
    state.node,
    state.state,
    state.sinceMs === null ? '' : formatDuration(Math.max(0, Date.now() - state.sinceMs)),
    [state.pusher, state.manner].filter((each) => each !== null).join(', '),
    state.to ?? '',
    printable([state.detail, cardsText(state)].filter((each) => each !== null).join('; ')),
  ]);
  return renderTable(
    ['node', 'agent', 'for', 'as', 'sends to', ''].map((title) => ({ title })),
    rows,
    { title: theme.stdout.dim, width: stdout.isTTY === true ? stdout.columns : undefined },
  );
}

function cardsText({ cards }: AgentState): string | null {
  const text = cards
    .map(({ interface: name, driver, speedMbit, model }) =>
      [name, model ?? driver, speedMbit === null ? null : `${speedMbit} Mbit/s`]
        .filter((each) => each !== null)
        .join(' '),
    )
    .join('; ');
  return text === '' ? null : text;
}

function countsOf(states: readonly AgentState[]): string {
  const groups = Map.groupBy(states, ({ state }) => state);
  return [...groups]
    .map(
      ([state, those]) =>
        `${those.length} ${state} (${NodeSet.from(those.map(({ node }) => node)).toString()})`,
    )
    .join(', ');
}
