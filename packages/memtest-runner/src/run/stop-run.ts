// What `memtest-runner stop` does: ends the work on every node, reads the last of it, and prints the verdicts.
import type { CommandContext } from '@heorot/cli';
import { quoteForSh } from '@heorot/fanout';
import { parseStopAnswer, stopScript } from '../node/stop-script.ts';
import type { RunReachValues } from './attach-run.ts';
import { askAll } from './burn-in-stage.ts';
import { openKnownRun, stageOfRun } from './known-run.ts';
import { watchRun } from './watch-run.ts';

/** The engines have 20 s to end, the last reading of the evidence as long. */
const STOPPED_WITHIN_MS = 60_000;

export async function stopRun(
  operands: readonly string[],
  flags: RunReachValues,
  context: CommandContext,
): Promise<number> {
  using known = await openKnownRun(operands, context);
  const { run, store } = known;
  await using stage = await stageOfRun(known, flags, context);
  const nodes = store.nodes(run.header.id);
  const open = new Map(
    nodes.flatMap(({ node, state, folder }) =>
      state.kind === 'running' || state.kind === 'unreachable' ? [[node, folder] as const] : [],
    ),
  );
  const targets = stage.targets.filter(({ node }) => open.has(node));
  const content = Buffer.from(stopScript);
  for (const [folder, group] of Map.groupBy(targets, ({ node }) =>
    (open.get(node) ?? '').slice(0, -node.length),
  )) {
    const text = `${quoteForSh(folder)}%n`;
    const answers = await askAll(
      stage.fanout,
      group,
      { text, expand: true, script: { name: 'heorot-stop', content } },
      { fanout: flags.fanout, commandTimeoutMs: STOPPED_WITHIN_MS, signal: context.signal },
    );
    for (const [node, { why }] of answers.failures)
      context.stderr.write(`${context.theme.stderr.node(node)}: not stopped: ${why}\n`);
    for (const [node, said] of answers.texts) {
      if (parseStopAnswer(said) === 'still-running')
        context.stderr.write(`${context.theme.stderr.node(node)}: its engines do not end\n`);
    }
  }
  const options = {
    fanoutWidth: flags.fanout,
    lostAfterMs: Math.min(flags['lost-after'], 5000),
    json: flags.json,
    quiet: flags.quiet,
  };
  return await watchRun({ ...stage, run, store }, options, context);
}
