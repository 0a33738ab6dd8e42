// What `netmon history` does: the traffic of nodes over a span of a recording, as a table, a picture or records.

import { type CommandContext, ExitCode, type FlagValues, writeAll, writeJson } from '@heorot/cli';
import { HeorotError } from '@heorot/inventory';
import type { historyFlags } from '../commands/history-command.ts';
import { openRecorded, type Recorded } from '../replay/open-recorded.ts';
import { unitsOf } from '../units/quantity.ts';
import { isUtf8 } from '../view/glyphs.ts';
import type { Bucket } from './bucket-sums.ts';
import { type HistoryPlan, planHistory, stepFor } from './history-plan.ts';
import { historyPlot, plotSlots } from './history-plot.ts';
import { historyCsv, historyDocument } from './history-records.ts';
import { historyTable } from './history-table.ts';
import { inTurns } from './in-turns.ts';
import { historySteps, type NodeHistory } from './node-history.ts';

type HistoryFlags = FlagValues<typeof historyFlags>;

const tableRows = 30;
const mostRows = 100_000;
const endIntervals = 2.5;
const usualWidth = 80;

/** @throws HeorotError `usage`, `recording-*` */
export async function history(
  operands: readonly string[],
  flags: HistoryFlags,
  context: CommandContext,
): Promise<number> {
  using recorded = await openRecorded(operands, flags, flags.from, context, 'all');
  const { stdout, env } = context;
  const ascii = flags.ascii || !isUtf8(env);
  const width = stdout.columns ?? usualWidth;
  const plan = planOf(recorded, flags, flags.plot ? plotSlots(width, ascii) : tableRows);
  if (plan.fromMs > recorded.span.fromMs && !flags.quiet) {
    const since = new Date(plan.fromMs).toISOString();
    context.stderr.write(`of interfaces by name only readings tell, which are kept since ${since}\n`);
  }
  const signal = AbortSignal.any([context.signal, context.drain]);
  try {
    const histories = historiesOf(recorded, plan, flags, signal);
    if (flags.json || flags.csv) await writeRecords(histories, plan, flags, context);
    else await writeText(histories, { ...flags, ascii, width }, context);
  } catch (error) {
    if (!signal.aborted) throw error;
    return ExitCode.interrupted;
  }
  return ExitCode.ok;
}

async function writeRecords(
  histories: AsyncIterable<NodeHistory>,
  plan: HistoryPlan,
  flags: HistoryFlags,
  { stdout }: CommandContext,
): Promise<void> {
  const all: NodeHistory[] = [];
  for await (const each of histories) all.push(each);
  if (flags.json) await writeJson(stdout, historyDocument(all, plan));
  else await writeAll(stdout, historyCsv(all));
}

async function writeText(
  histories: AsyncIterable<NodeHistory>,
  flags: HistoryFlags & { readonly width: number },
  { stdout, theme }: CommandContext,
): Promise<void> {
  const shared = { units: unitsOf(flags), theme: theme.stdout, nowMs: Date.now() };
  const width = stdout.isTTY === true ? flags.width : undefined;
  let before = '';
  for await (const each of histories) {
    const lines = flags.plot
      ? historyPlot(each, { ...shared, ascii: flags.ascii })
      : historyTable(each, { ...shared, width });
    await writeAll(stdout, before + lines.map((line) => `${line}\n`).join(''));
    before = '\n';
  }
}

async function* historiesOf(
  { recording, nodes, intervalMs }: Recorded,
  plan: HistoryPlan,
  { iface }: HistoryFlags,
  signal: AbortSignal,
): AsyncGenerator<NodeHistory> {
  for (const node of nodes) {
    const steps = historySteps(recording, node, { ...plan, intervalMs, interfaces: iface });
    const history = await inTurns(steps, signal);
    yield { ...history, buckets: withoutEnd(history.buckets, intervalMs) };
  }
}

/** @throws HeorotError `usage` for more rows than anyone reads */
function planOf(
  { recording, span, intervalMs }: Recorded,
  { step, iface }: HistoryFlags,
  most: number,
): HistoryPlan {
  const options = { ...span, intervalMs, byInterface: iface.length > 0 };
  const rows = step === undefined ? most : (span.toMs - span.fromMs) / step;
  if (rows > mostRows) {
    throw new HeorotError('usage', `flag --step: ${Math.ceil(rows)} rows are too many`, {
      hint: 'a longer step, or a shorter span: --from, --to',
    });
  }
  return planHistory(recording, options, step ?? stepFor(options, most));
}

/** A recording ends with the last reading of any node; another's last one came a moment before. */
function withoutEnd(buckets: readonly Bucket[], intervalMs: number): readonly Bucket[] {
  const last = buckets.findLastIndex(({ known }) => known > 0);
  const [end, rest] = [buckets.at(-1)?.toMs ?? 0, buckets[last]?.toMs ?? Number.NEGATIVE_INFINITY];
  return end - rest <= endIntervals * intervalMs ? buckets.slice(0, last + 1) : buckets;
}
