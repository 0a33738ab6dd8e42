// What `netmon replay` does: the full screen over a recording, or its lines.

import { basename } from 'node:path';
import { type CommandContext, type FlagValues } from '@heorot/cli';
import { HeorotError } from '@heorot/inventory';
import type { replayFlags } from '../commands/replay-command.ts';
import { LiveCluster } from '../live/live-cluster.ts';
import { borrowedTerminal } from '../top/borrowed-terminal.ts';
import { requireTerminal, showTop } from '../top/top.ts';
import { unitsOf } from '../units/quantity.ts';
import { printerOf } from '../watch/printer.ts';
import { openRecorded, type Recorded } from './open-recorded.ts';
import { printRecorded } from './print-recorded.ts';
import { ReplayPlayer } from './replay-player.ts';

type ReplayFlags = FlagValues<typeof replayFlags>;

/** @throws HeorotError `usage`, `recording-*` */
export async function replay(
  operands: readonly string[],
  flags: ReplayFlags,
  context: CommandContext,
): Promise<number> {
  using recorded = await openRecorded(operands, flags, flags.at, context);
  const lines = flags.ndjson || flags.csv || context.stdout.isTTY !== true;
  const speed = speedOf(flags.speed, lines);
  if (!lines) return await replayOnScreen(recorded, speed, flags, context);
  const printer = printerOf(flags.ndjson ? 'ndjson' : flags.csv ? 'csv' : 'plain', unitsOf(flags));
  return await printRecorded(recorded, { printer, speed, interfaces: flags.iface }, context);
}

async function replayOnScreen(
  { path, recording, inventory, nodes, intervalMs, span }: Recorded,
  speed: number,
  flags: ReplayFlags,
  context: CommandContext,
): Promise<number> {
  requireTerminal(context, 'line by line: netmon replay FILE --ndjson');
  using terminal = borrowedTerminal(context);
  // --at is where it begins; the keys lead back to what was before.
  const whole = recording.span('readings') ?? span;
  const player: ReplayPlayer = new ReplayPlayer({
    recording,
    nodes: [...nodes],
    intervalMs,
    fromMs: span.fromMs,
    span: { fromMs: whole.fromMs, toMs: span.toMs },
    speed,
    restart: () => cluster.restart(),
  });
  const now = () => player.clock.nowMs;
  const cluster = new LiveCluster({ nodes: player.nodes, intervalMs, interfaces: flags.iface, now });
  const title = basename(path);
  return await showTop(
    { title, inventory, nodes, source: player, cluster, now, player },
    flags,
    terminal,
    context,
  );
}

function speedOf(text: string | undefined, lines: boolean): number {
  if (text === undefined) return lines ? Infinity : 1;
  if (text === 'max') return Infinity;
  const speed = Number(text.replace(/x$/, ''));
  if (speed > 0 && Number.isFinite(speed)) return speed;
  throw new HeorotError('usage', `flag --speed: '${text}' is no speed`, { hint: 'write 1, 60, 0.5 or max' });
}
