// `dsh --retry`: the last run that failed, again on the nodes that did not end ok.
import type { CommandContext } from '@heorot/cli';
import { HeorotError, NodeSet } from '@heorot/inventory';
import { readHistory } from '../history/history-reader.ts';
import { describeRecipe, type RunRecord } from '../history/run-record.ts';
import { historyPath, recipeOf } from '../run/keep-history.ts';
import { retryInput } from '../run/retry-input.ts';
import { copyCommand } from './copy-command.ts';
import { type DshInput, runCommand } from './run-command.ts';

export async function retryCommand(input: DshInput, context: CommandContext): Promise<number> {
  const last = lastFailed(context);
  const nodes = NodeSet.from(
    last.results.filter(({ outcome }) => outcome.kind !== 'ok').map(({ node }) => node),
  );
  const again: DshInput = { ...input, ...retryInput(input, last.recipe, nodes.toString()) };
  if (!input.flags.quiet) {
    const what = describeRecipe(recipeOf(again.flags, again.operands, context.cwd));
    context.stderr.write(`run ${last.id} again on ${nodes.toString()} (${nodes.size}): ${what}\n`);
  }
  const copies = again.flags.copy.length > 0 || again.flags.fetch.length > 0;
  return copies ? copyCommand(again, context, last.id) : runCommand(again, context, last.id);
}

function lastFailed(context: CommandContext): RunRecord {
  using history = readHistory(historyPath(context.env));
  const last = history.lastFailed();
  if (last !== undefined) return last;
  throw new HeorotError('nothing-to-retry', 'there is no failed run to retry', { hint: 'see dsh --history' });
}
