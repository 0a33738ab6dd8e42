// `memtest-runner history`: the runs there were; of nodes, how their measurements went; of a DIMM, where it was.
import {
  type CommandContext,
  ExitCode,
  type FlagValues,
  formatDuration,
  openCommandInventory,
  renderTable,
  selectionOf,
  writeAll,
  writeJson,
} from '@heorot/cli';
import type { historyFlags } from '../commands/history.ts';
import { unitOfMeasurement } from '../report/html/trend-section.ts';
import { plotLines } from '../report/terminal/plot-lines.ts';
import { dimmHistory } from './dimm-history.ts';
import { openHistoryForReading } from './open-history.ts';
import { type KeptRun, listRuns } from './read-runs.ts';
import { machineOf, summariesOf, type TrendPoint, type TrendSummary, trendOf } from './trend.ts';

type Flags = FlagValues<typeof historyFlags>;

export async function printHistory(flags: Flags, context: CommandContext): Promise<number> {
  if (flags.dimm !== undefined) return await printDimm(flags, flags.dimm, context);
  const selected = flags.all || flags.nodes.length > 0 || flags.group.length > 0;
  return selected ? await printNodes(flags, context) : await printRuns(flags, context);
}

async function printRuns(flags: Flags, context: CommandContext): Promise<number> {
  using database = await openHistoryForReading(context.env);
  const since = sinceOf(flags);
  const runs =
    database === undefined ? [] : listRuns(database, -1).filter(({ startedAt }) => startedAt >= since);
  if (flags.json) {
    await writeJson(context.stdout, { runs: runs.map(runDocument) });
  } else if (runs.length === 0) {
    await writeAll(context.stderr, 'no runs yet\n');
  } else {
    const columns = ['RUN', 'NAME', 'LEVEL', 'STARTED', 'TOOK', 'NODES', 'DID NOT PASS'].map((title) => ({
      title,
    }));
    await print(renderTable(columns, runs.toReversed().map(runRow), layoutOf(context)), context);
  }
  return ExitCode.ok;
}

function runRow(run: KeptRun): readonly string[] {
  const { id, name, level, startedAt, endedAt, nodeSet, suspects } = run;
  const took = endedAt === null ? 'not ended' : formatDuration(endedAt - startedAt);
  return [id, name ?? '', level, minuteOf(startedAt), took, nodeSet, suspects];
}

function runDocument({ id, name, level, startedAt, endedAt, nodeSet, suspects, nodeCount }: KeptRun): object {
  return {
    run: id,
    name,
    level,
    startedAt: new Date(startedAt).toISOString(),
    endedAt: endedAt === null ? null : new Date(endedAt).toISOString(),
    nodeSet,
    suspects,
    nodeCount,
  };
}

async function printNodes(flags: Flags, context: CommandContext): Promise<number> {
  const inventory = await openCommandInventory(flags, context);
  const nodes = [...(await inventory.select(selectionOf(flags)))];
  using database = await openHistoryForReading(context.env);
  const machines = nodes.map((node) => ({
    node,
    machine: database === undefined ? undefined : machineOf(database, node),
  }));
  const whole = flags.plot || flags.json;
  const trends = machines.map(({ node, machine }): NodeTrend => {
    const known = database !== undefined && machine !== undefined;
    const trend = known && whole ? [...trendOf(database, machine.number, sinceOf(flags))] : [];
    const measurements = trend.map(([measurement, values]) => ({ measurement, values }));
    return { node, machine: machine?.key ?? null, measurements: measurements.filter(wantedBy(flags)) };
  });
  if (flags.json) {
    await writeJson(context.stdout, { nodes: trends });
  } else if (flags.plot) {
    await print(
      trends.flatMap((each) => plots(each, context)),
      context,
    );
  } else {
    const rows = machines.flatMap(({ node, machine }) => {
      if (database === undefined || machine === undefined) return [[node, 'never tested', '', '0']];
      const summaries = summariesOf(database, machine.number, sinceOf(flags)).filter(wantedBy(flags));
      return summaries.map((each) => summaryRow(node, machine.key, each));
    });
    const numbers = ['RUNS', 'FIRST', 'LOWEST', 'HIGHEST', 'LAST', 'CHANGE'];
    const columns = [
      ...['NODE', 'MACHINE', 'MEASURED'].map((title) => ({ title })),
      ...numbers.map((title) => ({ title, align: 'right' }) as const),
    ];
    await print(renderTable(columns, rows, layoutOf(context)), context);
  }
  return ExitCode.ok;
}

interface NodeTrend {
  readonly node: string;
  /** `serial …`; null: never tested. */
  readonly machine: string | null;
  readonly measurements: readonly { readonly measurement: string; readonly values: readonly TrendPoint[] }[];
}

function wantedBy(flags: Flags): (of: { readonly measurement: string }) => boolean {
  const part = (flags.measurement ?? '').toLowerCase();
  return ({ measurement }) => measurement.toLowerCase().includes(part);
}

function summaryRow(node: string, machine: string, summary: TrendSummary): readonly string[] {
  const { measurement, runs, first, lowest, highest, last } = summary;
  const { divisor, unit } = unitOfMeasurement(measurement);
  const shown = (value: number): string => (value / divisor).toFixed(divisor === 1 ? 0 : 1);
  const change = first === 0 || divisor === 1 ? '' : `${(100 * (last / first - 1)).toFixed(1)} %`;
  const figures = [shown(first), shown(lowest), shown(highest), `${shown(last)} ${unit}`];
  return [node, machine, measurement, String(runs), ...figures, change];
}

function plots({ node, machine, measurements }: NodeTrend, context: CommandContext): readonly string[] {
  const { strong, dim } = context.theme.stdout;
  return [
    `${strong(node)} ${dim(machine ?? 'never tested')}`,
    ...measurements.flatMap(({ measurement, values }) => {
      const { divisor, unit } = unitOfMeasurement(measurement);
      const format = (value: number): string => (value / divisor).toFixed(divisor === 1 ? 0 : 1);
      const width = Math.min(context.stdout.columns ?? 80, 120);
      return [`${measurement} (${unit})`, ...plotLines(values, { width, height: 8, format }), ''];
    }),
  ];
}

async function printDimm(flags: Flags, serial: string, context: CommandContext): Promise<number> {
  using database = await openHistoryForReading(context.env);
  const places = database === undefined ? [] : dimmHistory(database, serial, sinceOf(flags));
  if (flags.json) {
    await writeJson(context.stdout, { serial, places });
  } else if (places.length === 0) {
    await writeAll(context.stderr, `no DIMM with serial number ${serial} in the history\n`);
  } else {
    const columns = ['RUN', 'STARTED', 'NODE', 'MACHINE', 'SLOT', 'PART', 'CORRECTED', 'UNCORRECTED'].map(
      (title) => ({ title }),
    );
    const rows = places.map((place) => [
      place.run,
      minuteOf(Date.parse(place.at)),
      place.node,
      place.machine,
      place.slot,
      place.part ?? 'unknown',
      String(place.corrected ?? 'unknown'),
      String(place.uncorrected ?? 'unknown'),
    ]);
    await print(renderTable(columns, rows, layoutOf(context)), context);
  }
  return ExitCode.ok;
}

function sinceOf({ since }: Flags): number {
  return since === undefined ? 0 : Date.now() - since;
}

/** `2026-11-22 07:31` UTC, as in the ids of runs. */
function minuteOf(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ');
}

function layoutOf({ stdout, theme }: CommandContext): NonNullable<Parameters<typeof renderTable>[2]> {
  return { width: stdout.isTTY === true ? stdout.columns : undefined, title: theme.stdout.dim };
}

async function print(lines: readonly string[], { stdout }: CommandContext): Promise<void> {
  await writeAll(stdout, lines.map((line) => `${line}\n`).join(''));
}
