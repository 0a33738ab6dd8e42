// What `nodes pick` does, from the operand to the exit code.
import {
  type CommandContext,
  type CommandInput,
  ExitCode,
  openCommandInventory,
  selectionOf,
  writeAll,
  writeJson,
} from '@heorot/cli';
import { describeOutcome } from '@heorot/fanout';
import { HeorotError, NodeSet } from '@heorot/inventory';
import { askNodes } from '../ask/ask-nodes.ts';
import type { pickFlags } from '../commands/pick.ts';
import { loadCommand, parseLoad, rankNodes } from './rank-by-load.ts';

type Input = CommandInput<typeof pickFlags>;

export async function pickNodes({ flags, operands }: Input, context: CommandContext): Promise<number> {
  const count = countOf(operands);
  if (flags.by === 'random') {
    const inventory = await openCommandInventory(flags, context);
    const nodes = await inventory.select(selectionOf(flags));
    return answer(nodes.pick(count, Math.random), count, flags.json, context);
  }
  const { texts, failures } = await askNodes(flags, { text: loadCommand }, context);
  for (const { node, outcome } of failures) context.stderr.write(`${node}: ${describeOutcome(outcome)}\n`);
  const loads = [...texts].flatMap(([node, text]) => parseLoad(node, text) ?? []);
  const best = rankNodes(loads, flags.by).slice(0, count);
  return answer(NodeSet.from(best.map(({ node }) => node)), count, flags.json, context);
}

async function answer(
  picked: NodeSet,
  count: number,
  json: boolean,
  context: CommandContext,
): Promise<number> {
  if (json) await writeJson(context.stdout, { asked: count, picked: [...picked] });
  else if (!picked.isEmpty) await writeAll(context.stdout, `${picked.toString()}\n`);
  if (picked.size === BigInt(count)) return ExitCode.ok;
  context.stderr.write(`nodes pick: only ${picked.size} of ${count} nodes can be picked\n`);
  return ExitCode.unreachable;
}

function countOf(operands: readonly string[]): number {
  const [text, ...rest] = operands;
  const count = Number(text);
  if (rest.length === 0 && Number.isSafeInteger(count) && count > 0) return count;
  throw new HeorotError(
    'usage',
    text === undefined ? 'how many nodes?' : `'${operands.join(' ')}' is not a number of nodes`,
    {
      hint: 'for example: nodes pick 4 -g compute',
    },
  );
}
