// What `netmon probe` does, from the flags to the exit code.
import {
  type CommandContext,
  confirm,
  createStatusBlock,
  ExitCode,
  type FlagValues,
  formatDuration,
  selectNodes,
  writeAll,
  writeJson,
} from '@heorot/cli';
import type { Fanout } from '@heorot/fanout';
import { HeorotError, NodeSet } from '@heorot/inventory';
import type { probeFlags } from '../commands/probe-command.ts';
import { openReach, targetsFor } from '../source/open-reach.ts';
import { rateText } from '../units/quantity.ts';
import { type Measurement, type MeasureOptions, measurePair } from './measure-pair.ts';
import { askForTools, toolsOfPair } from './node-tools.ts';
import { judge, medianOf } from './outliers.ts';
import { measureInTurn, type Pair, pairsOf } from './pairs.ts';
import { probeList, probeMatrix } from './probe-table.ts';

type ProbeFlags = FlagValues<typeof probeFlags>;

/** Connecting, ping and what is between two pairs. */
const besidesMs = 3000;

export async function probe(
  flags: ProbeFlags,
  operands: readonly string[],
  context: CommandContext,
): Promise<number> {
  const { inventory, fanout } = await openReach(flags, context);
  await using _ = fanout;
  const named = operands.length > 0;
  if (named && operands.length !== 2) {
    throw new HeorotError('usage', 'probe takes two nodes, or a selection', {
      hint: 'netmon probe n1 n2, or netmon probe -g rack1 --pairs ring',
    });
  }
  const nodes = named
    ? NodeSet.from([...(await inventory.resolve(operands.join(',')))])
    : await selectNodes(inventory, flags);
  const names = [...nodes];
  const [from, to] = operands;
  const pairs: readonly Pair[] =
    from !== undefined && to !== undefined ? [{ from, to }] : pairsOf(names, flags.pairs);
  if (pairs.length === 0 || names.length < 2) throw new HeorotError('usage', 'a probe needs two nodes');
  const seconds = Math.max(1, Math.round(flags.for / 1000));
  const rounds = Math.ceil(pairs.length / Math.max(1, Math.min(flags['max-parallel'], names.length >> 1)));
  const about = formatDuration(rounds * (seconds * 1000 + besidesMs));
  await confirm(context, {
    consequence: `this loads the links of ${nodes.toString()} as far as they go: ${pairsText(pairs.length)}, about ${about}`,
    expected: nodes.toString(),
    yes: flags.yes,
    signal: context.signal,
  });
  const targets = new Map(targetsFor(inventory, nodes, flags).map((target) => [target.node, target]));
  const results = await measureAll(pairs, { targets, fanout, seconds }, flags, context);
  return await tell(results, !named && flags.pairs === 'all', flags, context);
}

/** Until Ctrl-C: what was measured by then is kept and shown; a measurement that is cut short says nothing. */
async function measureAll(
  pairs: readonly Pair[],
  { targets, fanout, seconds }: Pick<MeasureOptions, 'targets' | 'seconds'> & { readonly fanout: Fanout },
  flags: ProbeFlags,
  context: CommandContext,
): Promise<readonly Measurement[]> {
  const signal = AbortSignal.any([context.signal, context.drain]);
  const progress = { all: pairs.length, running: new Set<Pair>(), done: 0 };
  using _ = showProgress(progress, flags.quiet, context);
  const known = await askForTools({ fanout, window: flags.fanout }, [...targets.values()], signal);
  return await measureInTurn(pairs, flags['max-parallel'], async (pair): Promise<Measurement> => {
    const tools = signal.aborted ? { problem: 'stopped' } : toolsOfPair(pair, known);
    if ('problem' in tools) return { ...pair, bytesPerSecond: null, latencyMs: null, tool: null, ...tools };
    progress.running.add(pair);
    const measured = await measurePair(pair, { fanout, targets, tools, seconds, signal });
    progress.running.delete(pair);
    progress.done += 1;
    return measured;
  });
}

interface Progress {
  readonly all: number;
  readonly running: ReadonlySet<Pair>;
  readonly done: number;
}

function showProgress(progress: Progress, quiet: boolean, { stderr, env }: CommandContext): Disposable {
  if (quiet || env['TERM'] === 'dumb') return { [Symbol.dispose]: () => undefined };
  return createStatusBlock(stderr, {
    render: () => [
      `${progress.done} of ${pairsText(progress.all)} measured`,
      ...[...progress.running].map(({ from, to }) => `${from} sends to ${to}`),
    ],
  });
}

function pairsText(count: number): string {
  return `${count} ${count === 1 ? 'pair' : 'pairs'}`;
}

async function tell(
  results: readonly Measurement[],
  each: boolean,
  flags: ProbeFlags,
  context: CommandContext,
): Promise<number> {
  const { stdout, stderr, theme, signal, drain } = context;
  const judged = judge(results.map(({ bytesPerSecond }) => bytesPerSecond));
  const rows = results.map((result, at) => ({
    ...result,
    ...(judged[at] ?? { score: null, below: null, outlier: false }),
  }));
  const failed = rows.filter(({ problem }) => problem !== null);
  const outliers = rows.filter(({ outlier }) => outlier);
  const median = medianOf(results.flatMap(({ bytesPerSecond }) => bytesPerSecond ?? [])) ?? null;
  if (flags.json) await writeJson(stdout, { medianBytesPerSecond: median, pairs: rows });
  else {
    const options = {
      theme: theme.stdout,
      width: stdout.isTTY === true ? stdout.columns : undefined,
    };
    const lines = (each ? probeMatrix(rows, options) : undefined) ?? probeList(rows, options);
    await writeAll(stdout, lines.map((line) => `${line}\n`).join(''));
  }
  if (!flags.quiet) {
    const worst = outliers.length === 0 ? 'no outliers' : `${outliers.length} far below the median`;
    stderr.write(
      `${pairsText(rows.length - failed.length)} measured, ${failed.length} not; median ${rateText(median, 'bits', '?')}; ${worst}\n`,
    );
  }
  if (signal.aborted || drain.aborted) return ExitCode.interrupted;
  if (outliers.length > 0) return ExitCode.nodeFailed;
  return failed.length > 0 ? ExitCode.unreachable : ExitCode.ok;
}
