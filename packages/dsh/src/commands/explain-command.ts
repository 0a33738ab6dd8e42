// `dsh ... --explain` and `--dry-run`: how nodes would be reached, and what would be run; connects to none.
import { type CommandContext, ExitCode, renderTable, writeAll, writeJson } from '@heorot/cli';
import { checkVariables } from '@heorot/fanout';
import { NodeSet } from '@heorot/inventory';
import type { DshFlags } from '../flags/dsh-flags.ts';
import { describeRecipe } from '../history/run-record.ts';
import { commandTexts } from '../run/commands-of.ts';
import { recipeOf } from '../run/keep-history.ts';
import { openStage } from '../run/open-stage.ts';
import type { DshInput } from './run-command.ts';

/** Nodes that are reached the same way share a line. */
export async function explainCommand(flags: DshFlags, context: CommandContext): Promise<number> {
  await using stage = await openStage(flags, context);
  const ways = await stage.fanout.explain(stage.targets);
  if (flags.json) {
    await writeJson(context.stdout, { nodes: ways });
    return ExitCode.ok;
  }
  const groups = Object.groupBy(ways, ({ transport, reason, warnings }) =>
    JSON.stringify([transport, reason, warnings]),
  );
  const rows = Object.values(groups).map((group = []) => [
    NodeSet.from(group.map(({ node }) => node)).toString(),
    group[0]?.transport ?? '',
    [group[0]?.reason ?? '', ...(group[0]?.warnings ?? [])].join('; '),
  ]);
  const table = renderTable([{ title: 'NODES' }, { title: 'TRANSPORT' }, { title: 'WHY' }], rows);
  await writeAll(context.stdout, table.map((line) => `${line}\n`).join(''));
  return ExitCode.ok;
}

export async function dryRunCommand({ flags, operands }: DshInput, context: CommandContext): Promise<number> {
  await using stage = await openStage(flags, context);
  const what = describeRecipe(recipeOf(flags, operands, context.cwd));
  if (flags.expand) {
    const texts = flags.script === undefined ? commandTexts(flags, operands) : [operands.join(' ')];
    checkVariables(
      texts.map((text) => ({ text, expand: true })),
      stage.targets,
    );
  }
  const document = { nodes: stage.nodes.toString(), count: stage.names.length, command: what };
  if (flags.json) await writeJson(context.stdout, document);
  else await writeAll(context.stdout, `would run on ${document.nodes} (${document.count}): ${what}\n`);
  return ExitCode.ok;
}
