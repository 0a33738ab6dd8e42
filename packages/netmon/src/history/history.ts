// What `netmon history` does: the traffic of nodes over a span of a recording, as a table, a picture or records.

import { type CommandContext, ExitCode, type FlagValues, writeAll, writeJson } from '@heorot/cli';
import { HeorotError } from '@heorot/inventory';
import type { historyFlags } from '../commands/history-command.ts';
import { openRecorded, type Recorded } from '../replay/open-recorded.ts';
import { unitsOf } from '../units/quantity.ts';
import { isUtf8 } from '../view/glyphs.ts';
import { historyPlot, plotSlots } from './history-plot.ts';
import { historyCsv, historyDocument } from './history-records.ts';
import { historyTable } from './history-table.ts';
import { type NodeHistory, nodeHistory } from './node-history.ts';

type HistoryFlags = FlagValues<typeof historyFlags>;

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
/** Lengths of buckets that people think in. */
const steps = [
  100,
  200,
  500,
  ...[1, 2, 5, 10, 15, 30].map((count) => count * second),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * minute),
  ...[1, 2, 3, 6, 12, 24].map((count) => count * hour),
];
const tableRows = 30;
const usualWidth = 80;

/** @throws HeorotError `usage`, `recording-*` */
export async function history(
  operands: readonly string[],
  flags: HistoryFlags,
  context: CommandContext,
): Promise<number> {
  using recorded = await openRecorded(operands, flags, flags.from, context);
  const { stdout, env, theme } = context;
  const ascii = flags.ascii || !isUtf8(env);
  const width = stdout.columns ?? usualWidth;
  const stepMs = stepOf(recorded, flags, flags.plot ? plotSlots(width, ascii) : tableRows);
  const histories = historiesOf(recorded, stepMs, flags);
  if (flags.json) {
    await writeJson(stdout, historyDocument([...histories], stepMs));
  } else if (flags.csv) {
    await writeAll(stdout, historyCsv([...histories]));
  } else {
    const shared = { units: unitsOf(flags), theme: theme.stdout, nowMs: Date.now() };
    let before = '';
    for (const each of histories) {
      const lines = flags.plot
        ? historyPlot(each, { ...shared, ascii })
        : historyTable(each, { ...shared, width: stdout.isTTY === true ? stdout.columns : undefined });
      await writeAll(stdout, before + lines.map((line) => `${line}\n`).join(''));
      before = '\n';
    }
  }
  return ExitCode.ok;
}

function* historiesOf(
  { recording, nodes, span, intervalMs }: Recorded,
  stepMs: number,
  { iface }: HistoryFlags,
): Generator<NodeHistory> {
  for (const node of nodes)
    yield nodeHistory(recording, node, { ...span, stepMs, intervalMs, interfaces: iface });
}

/** The shortest step that gives no more than so many buckets, and no less than a sample each. */
function stepOf({ span, intervalMs }: Recorded, { step }: HistoryFlags, most: number): number {
  const lengthMs = span.toMs - span.fromMs;
  if (step !== undefined) {
    if (lengthMs / step <= 100_000) return step;
    throw new HeorotError('usage', `flag --step: ${Math.ceil(lengthMs / step)} rows are too many`, {
      hint: 'a longer step, or a shorter span: --from, --to',
    });
  }
  const wanted = Math.max(lengthMs / most, intervalMs);
  return steps.find((each) => each >= wanted) ?? Math.ceil(wanted / (24 * hour)) * 24 * hour;
}
