// What `netmon collect` does, from the flags to the exit code.
import { setTimeout as sleep } from 'node:timers/promises';
import { type CommandContext, ExitCode, type FlagValues, writeAll, writeJson } from '@heorot/cli';
import { NodeSet } from '@heorot/inventory';
import type { collectFlags } from '../commands/collect-command.ts';
import { recordCluster } from '../record/cluster-recorder.ts';
import { openReach, selectToWatch } from '../source/open-reach.ts';
import { agentKeyFile, readAgentKey } from './agent-key.ts';
import { AgentRoll } from './agent-roll.ts';
import { AgentSource } from './agent-source.ts';
import { parseListenAddress } from './listen-address.ts';
import { dropReasons } from './wire/agent-inbox.ts';

type CollectFlags = FlagValues<typeof collectFlags>;

export async function collect(flags: CollectFlags, context: CommandContext): Promise<number> {
  const { inventory, fanout } = await openReach(flags, context);
  await using _ = fanout;
  const nodes = await selectToWatch(flags, inventory, context);
  const source = new AgentSource({
    nodes: [...nodes],
    intervalMs: flags.interval,
    listen: parseListenAddress(flags.listen, '--listen'),
    key: await readAgentKey(agentKeyFile(context.env, inventory.clusterName ?? '')),
  });
  const roll = new AgentRoll(source.nodes);
  await using recorder =
    flags.output === undefined
      ? undefined
      : await recordCluster(
          { intervalMs: flags.interval, listen: (listener) => roll.listen(listener) },
          {
            path: flags.output,
            retainMs: flags.retain,
            failed: (error) => void context.stderr.write(`netmon: recording ended: ${error.message}\n`),
          },
        );
  const ending = AbortSignal.any([
    context.signal,
    context.drain,
    ...(flags.for === undefined ? [] : [AbortSignal.timeout(flags.for)]),
  ]);
  const running = source.run(roll.accept, ending);
  if (!flags.json) await Promise.race([running, report(source, roll, flags, context, ending)]);
  await running;
  const status = statusOf(source, roll);
  if (flags.json) await writeJson(context.stdout, status);
  else if (!flags.quiet) context.stderr.write(statusLine(status));
  if (context.signal.aborted) return ExitCode.interrupted;
  if (recorder?.failure !== undefined) return ExitCode.nodeFailed;
  return status.speaking === 0 ? ExitCode.unreachable : ExitCode.ok;
}

async function report(
  source: AgentSource,
  roll: AgentRoll,
  { every }: CollectFlags,
  { stdout }: CommandContext,
  ending: AbortSignal,
): Promise<void> {
  while (!ending.aborted) {
    await sleep(every, undefined, { signal: ending }).catch(() => undefined);
    if (!ending.aborted) await writeAll(stdout, statusLine(statusOf(source, roll)));
  }
}

interface CollectStatus {
  readonly time: string;
  readonly agents: number;
  readonly speaking: number;
  /** Folded. */
  readonly silent: string;
  readonly taken: number;
  readonly dropped: AgentSource['inbox']['dropped'];
}

function statusOf({ inbox, nodes }: AgentSource, roll: AgentRoll): CollectStatus {
  const silent = roll.silent;
  return {
    time: new Date().toISOString(),
    agents: nodes.length,
    speaking: nodes.length - silent.length,
    silent: NodeSet.from(silent).toString(),
    taken: inbox.taken,
    dropped: inbox.dropped,
  };
}

function statusLine({ time, agents, speaking, silent, taken, dropped }: CollectStatus): string {
  const lost = dropReasons
    .filter((reason) => dropped[reason] > 0)
    .map((reason) => `${dropped[reason]} ${words[reason]}`);
  const parts = [
    `${speaking} of ${agents} agents speak`,
    `${taken} datagrams`,
    lost.length === 0 ? 'none dropped' : `dropped: ${lost.join(', ')}`,
    ...(silent === '' ? [] : [`silent: ${silent}`]),
  ];
  return `${time}  ${parts.join('; ')}\n`;
}

const words = {
  foreign: 'of another cluster',
  forged: 'forged',
  unreadable: 'unreadable',
  replayed: 'replayed',
  late: 'late',
  baseless: 'without their base',
  unknownNode: 'of nodes not selected',
} as const;
