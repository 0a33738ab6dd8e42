// What `netmon watch` does, from opening the source to the exit code.

import { type CommandContext, ExitCode, type FlagValues, flush } from '@heorot/cli';
import { HeorotError, NodeSet } from '@heorot/inventory';
import { AlertCommand } from '../alert/alert-command.ts';
import { Alerts } from '../alert/alerts.ts';
import { parseAlert } from '../alert/parse-alert.ts';
import type { watchFlags } from '../commands/watch-command.ts';
import type { LiveCluster } from '../live/live-cluster.ts';
import { recordCluster } from '../record/cluster-recorder.ts';
import { openSource } from '../source/open-source.ts';
import { unitsOf } from '../units/quantity.ts';
import { BoundedWriter } from './bounded-writer.ts';
import { alertText } from './plain-printer.ts';
import { printerOf } from './printer.ts';
import { stopAfter } from './stop-after.ts';

type WatchFlags = FlagValues<typeof watchFlags>;

export async function watch(flags: WatchFlags, context: CommandContext): Promise<number> {
  const wanted = flags.alert.map(parseAlert);
  if (flags.exec !== undefined && wanted.length === 0) {
    throw new HeorotError('usage', 'flag --exec needs --alert as well');
  }
  await using opened = await openSource(flags, context);
  const { cluster, source } = opened;
  const printer = printerOf(flags.ndjson ? 'ndjson' : flags.csv ? 'csv' : 'plain', unitsOf(flags));
  const out = new BoundedWriter(context.stdout);
  const say = (line: string) => void context.stderr.write(`${line}\n`);
  const command =
    flags.exec === undefined ? undefined : new AlertCommand({ command: flags.exec, env: context.env, say });
  const everDown = new Set<string>();
  const failed = (error: Error) => say(error.message);
  await using _recording =
    flags.record === undefined ? undefined : await recordCluster(cluster, { path: flags.record, failed });
  out.insist(printer.begin);
  using _printing = cluster.listen({
    samples: (samples) => out.offer(printer.samples(samples)),
    event: (event) => out.insist(printer.event(event)),
    contact: ({ node, state }) => void (state === 'down' && everDown.add(node)),
  });
  using alerts = new Alerts(wanted, cluster, (change) => {
    out.insist(printer.alert(change));
    if (flags.csv) say(alertText(change));
    command?.run(change);
  });
  using end = stopAfter(cluster, { forMs: flags.for, count: flags.count });
  await source.run(cluster.accept, AbortSignal.any([context.signal, context.drain, end.signal]));
  await command?.settled();
  await flush(context.stdout);
  if (out.skipped > 0) say(`the reader was too slow: the samples of ${out.skipped} readings were left out`);
  if (!flags.quiet) tellSilent(cluster, everDown, say);
  if (alerts.raised > 0) return ExitCode.nodeFailed;
  return everDown.size > 0 ? ExitCode.unreachable : ExitCode.ok;
}

function tellSilent(cluster: LiveCluster, everDown: ReadonlySet<string>, say: (line: string) => void): void {
  if (everDown.size === 0) return;
  const now = cluster.nodes.filter(({ contact }) => contact.state === 'down').map(({ node }) => node);
  const nodes = NodeSet.from([...everDown]).toString();
  const still =
    now.length === everDown.size
      ? ''
      : `; still: ${now.length === 0 ? 'none' : NodeSet.from(now).toString()}`;
  say(`did not answer at some time: ${nodes}${still}`);
}
