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
import { machineOf, type TrendPoint, trendOf } from './trend.ts';

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

interface NodeHistory {
  readonly node: string;
  /** `serial …`; null: never tested. */
  readonly machine: string | null;
  readonly measurements: readonly { readonly measurement: string; readonly values: readonly TrendPoint[] }[];
}

async function printNodes(flags: Flags, context: CommandContext): Promise<number> {
  const inventory = await openCommandInventory(flags, context);
  const nodes = await inventory.select(selectionOf(flags));
  using database = await openHistoryForReading(context.env);
  const histories = [...nodes].map((node): NodeHistory => {
    const machine = database === undefined ? undefined : machineOf(database, node);
    if (database === undefined || machine === undefined) return { node, machine: null, measurements: [] };
    const trend = [...trendOf(database, machine.number, sinceOf(flags))].filter(([name]) =>
      name.toLowerCase().includes((flags.measurement ?? '').toLowerCase()),
    );
    return {
      node,
      machine: machine.key,
      measurements: trend.map(([measurement, values]) => ({ measurement, values })),
    };
  });
  if (flags.json) {
    await writeJson(context.stdout, { nodes: histories });
  } else if (flags.plot) {
    await print(
      histories.flatMap((each) => plots(each, context)),
      context,
    );
  } else {
    const numbers = ['RUNS', 'FIRST', 'MEDIAN', 'LAST', 'CHANGE'].map(
      (title) => ({ title, align: 'right' }) as const,
    );
    const columns = [{ title: 'NODE' }, { title: 'MACHINE' }, { title: 'MEASURED' }, ...numbers];
    await print(renderTable(columns, histories.flatMap(nodeRows), layoutOf(context)), context);
  }
  return ExitCode.ok;
}

function nodeRows({ node, machine, measurements }: NodeHistory): readonly (readonly string[])[] {
  if (machine === null || measurements.length === 0) return [[node, machine ?? 'never tested', '', '0']];
  return measurements.map(({ measurement, values }) => {
    const { divisor, unit } = unitOfMeasurement(measurement);
    const sorted = values.map(({ value }) => value / divisor).toSorted((a, b) => a - b);
    const [first, last] = [values[0]?.value ?? 0, values.at(-1)?.value ?? 0];
    const digits = divisor === 1 ? 0 : 1;
    return [
      node,
      machine,
      measurement,
      String(values.length),
      (first / divisor).toFixed(digits),
      (sorted[Math.floor(sorted.length / 2)] ?? 0).toFixed(digits),
      `${(last / divisor).toFixed(digits)} ${unit}`,
      first === 0 || divisor === 1 ? '' : `${(100 * (last / first - 1)).toFixed(1)} %`,
    ];
  });
}

function plots({ node, machine, measurements }: NodeHistory, context: CommandContext): readonly string[] {
  const { strong, dim } = context.theme.stdout;
  const title = `${strong(node)} ${dim(machine ?? 'never tested')}`;
  return [
    title,
    ...measurements.flatMap(({ measurement, values }) => {
      const { divisor, unit } = unitOfMeasurement(measurement);
      const digits = divisor === 1 ? 0 : 1;
      const format = (value: number): string => (value / divisor).toFixed(digits);
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
