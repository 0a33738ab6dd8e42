// What `netmon once` does, from opening the source to the exit code.

import { type CommandContext, ExitCode, type FlagValues, writeAll, writeJson } from '@heorot/cli';
import { NodeSet } from '@heorot/inventory';
import type { onceFlags } from '../commands/once-command.ts';
import { csvHeader, csvLine } from '../export/csv.ts';
import { readLocalFacts } from '../facts/local-facts.ts';
import type { MachineFacts } from '../facts/machine-facts.ts';
import type { LiveCluster } from '../live/live-cluster.ts';
import type { Finding } from '../sick-links/finding.ts';
import { LinkWatch } from '../sick-links/link-watch.ts';
import { type OpenedSource, openSource } from '../source/open-source.ts';
import { unitsOf } from '../units/quantity.ts';
import { showWaiting, waitingText } from '../watch/show-waiting.ts';
import { collectOnce } from './collect-once.ts';
import { sortNodes } from './node-order.ts';
import { onceDocument } from './once-document.ts';
import { answers, onceTable } from './once-table.ts';
import { sickTable } from './sick-table.ts';
import { unmatchedInterfaces } from './unmatched-interfaces.ts';

type OnceFlags = FlagValues<typeof onceFlags>;

/** The ranking wants means. */
const sickReadings = 10;

export async function once(flags: OnceFlags, context: CommandContext): Promise<number> {
  await using opened = await openSource(flags, context);
  const { cluster, source, inventory } = opened;
  using watch = new LinkWatch(cluster);
  const open = new Set(source.nodes);
  const facts = flags.json && flags.source === 'local' ? readLocalFacts(context.signal) : undefined;
  const interrupted = await collect(opened, open, flags, context);
  const findings = flags.sick ? watch.findings((node) => inventory.node(node).rack ?? 'all') : undefined;
  await print(flags, context, { cluster, findings, facts: await facts });
  const silent = cluster.nodes.filter((status) => !answers(status));
  if (!flags.quiet) {
    const unmatched = unmatchedInterfaces(flags.iface, cluster.nodes.filter(answers));
    if (unmatched !== undefined) context.stderr.write(`${unmatched}\n`);
    const down = NodeSet.from(silent.map(({ node }) => node)).toString();
    const sampled = `${cluster.nodes.length - silent.length} sampled`;
    context.stderr.write(
      silent.length === 0 ? `${sampled}\n` : `${sampled}, ${silent.length} down (${down})\n`,
    );
  }
  if (interrupted) {
    if (open.size > 0)
      context.stderr.write(`interrupted: ${waitingText({ all: source.nodes.length, open })}\n`);
    return ExitCode.interrupted;
  }
  if (findings !== undefined && findings.length > 0) return ExitCode.nodeFailed;
  return silent.length > 0 ? ExitCode.unreachable : ExitCode.ok;
}

/** @returns whether it was interrupted; what is there by then is shown all the same */
async function collect(
  { source, cluster }: OpenedSource,
  open: Set<string>,
  flags: OnceFlags,
  context: CommandContext,
): Promise<boolean> {
  const interrupt = new AbortController();
  using _interrupts = context.takeInterrupts(() => interrupt.abort());
  using _waiting = showWaiting(context, flags.quiet, () => ({ all: source.nodes.length, open }));
  const signal = AbortSignal.any([context.signal, context.drain, interrupt.signal]);
  await collectOnce(source, cluster, { rated: flags.sick ? sickReadings : 1, open, signal });
  return signal.aborted;
}

interface Watched {
  readonly cluster: LiveCluster;
  readonly findings: readonly Finding[] | undefined;
  readonly facts: MachineFacts | null | undefined;
}

async function print(
  flags: OnceFlags,
  { stdout, theme }: CommandContext,
  { cluster, findings, facts }: Watched,
): Promise<void> {
  const nodes = sortNodes(cluster.nodes, flags.sort);
  if (flags.json) {
    const time = new Date().toISOString();
    return await writeJson(stdout, onceDocument({ time, nodes, events: cluster.events, findings, facts }));
  }
  if (flags.csv) {
    const samples = nodes
      .filter(answers)
      .flatMap(({ sample, interfaces, ports }) => [
        ...(sample === undefined ? [] : [sample]),
        ...interfaces,
        ...ports,
      ]);
    return await writeAll(stdout, csvHeader + samples.map(csvLine).join(''));
  }
  const lines =
    findings === undefined
      ? onceTable(nodes, {
          theme: theme.stdout,
          units: unitsOf(flags),
          width: stdout.isTTY === true ? stdout.columns : undefined,
        })
      : sickTable(findings, nodes.filter(answers).length, theme.stdout);
  await writeAll(stdout, lines.map((line) => `${line}\n`).join(''));
}
