// What `memtest-runner stop` does: ends the work on every node, reads the last of it, and prints the verdicts.
import type { CommandContext } from '@heorot/cli';
import { cancelJobs } from '../slurm/queue.ts';
import type { RunReachValues } from './attach-run.ts';
import { openRunAtWork, stageOfRun } from './known-run.ts';
import { stopOnNodes } from './stop-on-nodes.ts';
import { watchRun } from './watch-run.ts';

export async function stopRun(
  operands: readonly string[],
  flags: RunReachValues,
  context: CommandContext,
): Promise<number> {
  using known = await openRunAtWork(operands, context);
  const { run, store } = known;
  await using stage = await stageOfRun(known, flags, context);
  const nodes = store.nodes(run.header.id);
  const open = new Map(
    nodes.flatMap(({ node, state, folder }) =>
      state.kind === 'running' || state.kind === 'unreachable' ? [[node, folder] as const] : [],
    ),
  );
  // Jobs that wait shall not begin while others are being ended.
  if (run.reach.via === 'slurm') await cancelJobs(run.header.id, 'pending', context);
  const targets = stage.targets.filter(({ node }) => open.has(node));
  const ask = { fanout: flags.fanout, signal: context.signal };
  const { answers, failures } = await stopOnNodes(stage.fanout, targets, open, 'stopped', ask);
  const named = (node: string) => context.theme.stderr.node(node);
  for (const [node, { why }] of failures) context.stderr.write(`${named(node)}: not stopped: ${why}\n`);
  for (const [node, answer] of answers) {
    if (answer === 'still-running') context.stderr.write(`${named(node)}: its engines do not end\n`);
  }
  // What is left are jobs on nodes that could not be reached: Slurm ends those.
  if (run.reach.via === 'slurm') await cancelJobs(run.header.id, 'all', context);
  const options = {
    fanoutWidth: flags.fanout,
    lostAfterMs: Math.min(flags['lost-after'], 5000),
    json: flags.json,
    quiet: flags.quiet,
  };
  return await watchRun({ ...stage, run, store }, options, context);
}
