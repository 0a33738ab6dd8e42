// What `nodes fold`, `expand` and `count` do: read a set, change it, and print it.
import {
  type CommandContext,
  type CommandInput,
  ExitCode,
  type FlagTable,
  type FlagValues,
  writeAll,
} from '@heorot/cli';
import { HeorotError, NodeSet, RangeSet } from '@heorot/inventory';
import type { setFlags } from './set-flags.ts';
import { linesOf, SetReader, wordsOf } from './set-reader.ts';

/** How one set is printed: pieces of text, the last one ending the line. */
export type Answer = (set: NodeSet, reader: SetReader) => Iterable<string> | Promise<Iterable<string>>;

interface Input {
  readonly flags: FlagValues<typeof setFlags>;
  readonly operands: readonly string[];
  readonly sequence: CommandInput<FlagTable>['sequence'];
}

export async function answerSets(input: Input, context: CommandContext, answer: Answer): Promise<number> {
  const reader = new SetReader(input.flags, context);
  const print = async (set: NodeSet) => {
    for (const part of partsOf(select(set, input.flags), input.flags)) {
      const pieces = await answer(formatted(part, input.flags['output-format']), reader);
      for (const text of pieces) await writeAll(context.stdout, text);
    }
  };
  if (!input.flags.each) {
    await print(await compute(input, reader));
    return ExitCode.ok;
  }
  for await (const lines of linesOf(context.stdin)) {
    for (const line of lines)
      await print(await changed(await reader.words(wordsOf(line)), input.sequence, reader));
  }
  return ExitCode.ok;
}

/** Operands and changes in the order they are typed: `n[1-5] -x n3 n9` is n[1-2,4-5,9]. */
async function compute({ flags, operands, sequence }: Input, reader: SetReader): Promise<NodeSet> {
  let set = flags.all ? await (await reader.inventory).all(flags.groupsource) : NodeSet.empty;
  if (operands.length === 0 && !flags.all) set = await reader.readStdin();
  if (operands.length > 0 && !flags.all) refuseLeadingChange(sequence);
  set = await changed(
    set,
    sequence.filter(({ operandsBefore }) => operandsBefore === 0),
    reader,
  );
  for (const [i, operand] of operands.entries()) {
    const next = sequence.filter(({ operandsBefore }) => operandsBefore === i + 1);
    set = await changed(set.union(await reader.operand(operand)), next, reader);
  }
  return set;
}

const CHANGES: ReadonlySet<string> = new Set(['exclude', 'intersection', 'xor']);

/** nodeset warns of it and goes on without the change; nodes that were to be left out would be in. */
function refuseLeadingChange(sequence: Input['sequence']): void {
  const leading = sequence.find(({ flag, operandsBefore }) => CHANGES.has(flag) && operandsBefore === 0);
  if (!leading) return;
  throw new HeorotError('usage', `--${leading.flag} '${leading.value}' has nothing before it to act on`, {
    hint: 'flags that change the set stand behind it: nodes fold n[1-5] -x n3',
  });
}

async function changed(operands: NodeSet, sequence: Input['sequence'], reader: SetReader): Promise<NodeSet> {
  let set = operands;
  for (const { flag, value } of sequence) {
    if (flag === 'exclude') set = set.difference(await reader.resolve(value));
    else if (flag === 'intersection') set = set.intersection(await reader.resolve(value));
    else if (flag === 'xor') set = set.symmetricDifference(await reader.resolve(value));
  }
  return set;
}

function select(set: NodeSet, { slice, pick }: Input['flags']): NodeSet {
  const sliced = slice === undefined ? set : set.pickPositions(RangeSet.parse(slice));
  return pick === undefined ? sliced : sliced.pick(pick, Math.random);
}

function partsOf(set: NodeSet, { split, contiguous }: Input['flags']): readonly NodeSet[] {
  if (contiguous) return set.contiguous();
  return split === undefined ? [set] : set.split(split);
}

function formatted(set: NodeSet, format: string): NodeSet {
  if (format === '%s') return set;
  return NodeSet.from(Iterator.from(set).map((name) => format.replaceAll('%s', () => name)));
}
