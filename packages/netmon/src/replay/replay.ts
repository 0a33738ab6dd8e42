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
import { ReplaySource } from './replay-source.ts';

type ReplayFlags = FlagValues<typeof replayFlags>;

/** What a sparkline shows. */
const leadMs = 60_000;

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
  const source = new ReplaySource({ recording, nodes: [...nodes], intervalMs, ...span, leadMs, speed });
  const now = () => source.clock.nowMs;
  const cluster = new LiveCluster({ nodes: source.nodes, intervalMs, interfaces: flags.iface, now });
  const paused = (stands: boolean) => source.clock.pause(stands);
  const title = titleOf(path, span.fromMs, speed);
  return await showTop({ title, inventory, nodes, source, cluster, now, paused }, flags, terminal, context);
}

/** So that nobody takes it for now: `day.netmon 2026-11-22 x60` */
function titleOf(path: string, fromMs: number, speed: number): string {
  const date = new Date(fromMs);
  const [month, day] = [date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, '0'));
  return `${basename(path)} ${date.getFullYear()}-${month}-${day}${speed === 1 ? '' : ` x${speed}`}`;
}

function speedOf(text: string | undefined, lines: boolean): number {
  if (text === undefined) return lines ? Infinity : 1;
  if (text === 'max') return Infinity;
  const speed = Number(text.replace(/x$/, ''));
  if (speed > 0 && Number.isFinite(speed)) return speed;
  throw new HeorotError('usage', `flag --speed: '${text}' is no speed`, { hint: 'write 1, 60, 0.5 or max' });
}
