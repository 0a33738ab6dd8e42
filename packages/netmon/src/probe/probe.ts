// What `netmon probe` does, from the flags to the exit code.
import {
  type CommandContext,
  confirm,
  ExitCode,
  type FlagValues,
  formatDuration,
  selectNodes,
  writeAll,
  writeJson,
} from '@heorot/cli';
import { HeorotError, NodeSet } from '@heorot/inventory';
import type { probeFlags } from '../commands/probe-command.ts';
import { openReach, targetsFor } from '../source/open-reach.ts';
import { rateText } from '../units/quantity.ts';
import { type Measurement, measurePair } from './measure-pair.ts';
import { judge, medianOf } from './outliers.ts';
import { measureInTurn, type Pair, pairsOf } from './pairs.ts';
import { toolsFor, toolsScript } from './probe-script.ts';
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
    consequence: `this loads the links of ${nodes.toString()} as far as they go: ${pairs.length} pairs, about ${about}`,
    expected: nodes.toString(),
    yes: flags.yes,
    signal: context.signal,
  });
  const targets = new Map(targetsFor(inventory, nodes, flags).map((target) => [target.node, target]));
  const signal = AbortSignal.any([context.signal, context.drain]);
  const tools = await toolsOf(fanout, [...targets.values()], flags.fanout, signal);
  const results = await measureInTurn(pairs, flags['max-parallel'], async (pair): Promise<Measurement> => {
    const fitting = toolsFor(tools.get(pair.from) ?? [], tools.get(pair.to) ?? []);
    if (fitting === undefined || signal.aborted) {
      const problem = signal.aborted
        ? 'stopped'
        : 'neither iperf3 nor perl nor python3 on both, or one cannot be reached';
      return { ...pair, bytesPerSecond: null, latencyMs: null, tool: null, problem };
    }
    return await measurePair(pair, { fanout, targets, tools: fitting, seconds, signal });
  });
  return await tell(results, !named && flags.pairs === 'all', flags, context);
}

async function toolsOf(
  fanout: Awaited<ReturnType<typeof openReach>>['fanout'],
  targets: Parameters<typeof fanout.run>[0],
  window: number,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const run = fanout.run(
    targets,
    { text: toolsScript },
    { schedule: { fanout: window }, commandTimeoutMs: 15_000, signal },
  );
  const found = new Map<string, string>();
  for await (const event of run) {
    if (event.kind !== 'stdout') continue;
    found.set(event.node, (found.get(event.node) ?? '') + Buffer.from(event.data).toString('utf8'));
  }
  await run.summary;
  return new Map([...found].map(([node, text]) => [node, text.trim().split(/\s+/)]));
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
      `${rows.length - failed.length} pairs measured, ${failed.length} not; median ${rateText(median, 'bits', '?')}; ${worst}\n`,
    );
  }
  if (signal.aborted || drain.aborted) return ExitCode.interrupted;
  if (outliers.length > 0) return ExitCode.nodeFailed;
  return failed.length > 0 ? ExitCode.unreachable : ExitCode.ok;
}
