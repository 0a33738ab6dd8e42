// `memtest-runner compare`: two runs of the history side by side.
import {
  type CommandContext,
  ExitCode,
  type FlagValues,
  renderTable,
  type Theme,
  writeAll,
  writeJson,
} from '@heorot/cli';
import { HeorotError, NodeSet } from '@heorot/inventory';
import type { compareFlags } from '../commands/compare.ts';
import { openKeptHistory } from '../history/open-history.ts';
import { findRun, listRuns, readRun } from '../history/read-runs.ts';
import type { RunResult } from '../model/run-result.ts';
import { momentOf, titleOf } from '../report/describe.ts';
import { gigabytes } from '../report/svg/scale.ts';
import { type Comparison, compareRuns, NOTABLE } from './compare-runs.ts';

/** 1 where a node has got worse or slower. */
export async function printComparison(
  flags: FlagValues<typeof compareFlags>,
  operands: readonly string[],
  context: CommandContext,
): Promise<number> {
  using database = await openKeptHistory(context.env);
  const [first, second] =
    operands.length === 0 ? newestTwo(listRuns(database, 2).map(({ id }) => id)) : operands;
  const before = readRun(database, findRun(database, first));
  const after = readRun(database, findRun(database, second));
  const comparison = compareRuns(before, after);
  if (flags.json) {
    await writeJson(context.stdout, { before: before.id, after: after.id, ...comparison });
  } else {
    const lines = comparisonLines({ before, after, comparison }, context);
    await writeAll(context.stdout, lines.map((line) => `${line}\n`).join(''));
  }
  const worse =
    comparison.verdicts.some((change) => change.worse) || comparison.speeds.some(({ change }) => change < 0);
  return worse ? ExitCode.nodeFailed : ExitCode.ok;
}

function newestTwo([newest, previous]: readonly string[]): readonly [string, string] {
  if (newest !== undefined && previous !== undefined) return [previous, newest];
  throw new HeorotError('usage', 'there is only one run to compare', {
    hint: 'memtest-runner run … once more, then compare',
  });
}

/** More changed nodes than this are a matter for --json. */
const mostRows = 40;

interface Compared {
  readonly before: RunResult;
  readonly after: RunResult;
  readonly comparison: Comparison;
}

function comparisonLines(
  { before, after, comparison }: Compared,
  context: CommandContext,
): readonly string[] {
  const theme = context.theme.stdout;
  const { isTTY, columns } = context.stdout;
  const { measurements, onlyBefore, onlyAfter, caveats } = comparison;
  const layout = { width: isTTY === true ? columns : undefined, title: theme.dim };
  const set = (nodes: readonly string[]): string => NodeSet.from(nodes).toString();
  return [
    `${theme.strong(titleOf(before))}, ${momentOf(before.startedAt)}`,
    `${theme.strong(titleOf(after))}, ${momentOf(after.startedAt)}`,
    ...caveats.map(({ what, nodes }) =>
      theme.warning(`differs: ${what}${nodes.length === 0 ? '' : ` on ${set(nodes)}`}`),
    ),
    ...(onlyBefore.length === 0 ? [] : [`only in the first: ${set(onlyBefore)}`]),
    ...(onlyAfter.length === 0 ? [] : [`only in the second: ${set(onlyAfter)}`]),
    '',
    ...verdictLines(comparison, theme),
    ...(measurements.length === 0
      ? []
      : [
          '',
          ...renderTable(
            [{ title: 'MEDIAN OF' }, number('NODES'), number('BEFORE'), number('AFTER'), number('CHANGE')],
            measurements.map((each) => [
              each.measurement,
              String(each.nodes),
              gigabytes(each.before),
              `${gigabytes(each.after)} GB/s`,
              signed(each.change),
            ]),
            layout,
          ),
        ]),
    ...speedLines(comparison, layout),
  ];
}

function number(title: string): { readonly title: string; readonly align: 'right' } {
  return { title, align: 'right' };
}

function verdictLines({ verdicts }: Comparison, theme: Theme): readonly string[] {
  if (verdicts.length === 0) return ['every verdict is as it was'];
  const changes = Map.groupBy(verdicts, ({ before, after }) => `${before} -> ${after}`);
  return [...changes].map(([change, all]) => {
    const style = all[0]?.worse === true ? theme.bad : theme.good;
    return `${style(change)}: ${NodeSet.from(all.map(({ node }) => node)).toString()}`;
  });
}

function speedLines({ speeds }: Comparison, layout: Parameters<typeof renderTable>[2]): readonly string[] {
  if (speeds.length === 0) return ['', `no node is faster or slower by more than ${100 * NOTABLE} %`];
  const rows = speeds
    .slice(0, mostRows)
    .map(({ node, measurement, before, after, change }) => [
      node,
      measurement,
      gigabytes(before),
      `${gigabytes(after)} GB/s`,
      signed(change),
    ]);
  const columns = [
    { title: 'NODE' },
    { title: 'MEASURED' },
    number('BEFORE'),
    number('AFTER'),
    number('CHANGE'),
  ];
  const hidden = speeds.length - rows.length;
  return ['', ...renderTable(columns, rows, layout), ...(hidden > 0 ? [`and ${hidden} more: --json`] : [])];
}

function signed(share: number): string {
  return `${share > 0 ? '+' : ''}${(100 * share).toFixed(1)} %`;
}
