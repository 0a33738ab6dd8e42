// `nodes -f SET...`: without a verb, the letters of ClusterShell's nodeset choose what to do.
import { defineFlags, defineVerb } from '@heorot/cli';
import { HeorotError } from '@heorot/inventory';
import { foldFlags, separatorFlags, setFlags, setOperands } from '../sets/set-flags.ts';

const actions = ['fold', 'expand', 'count', 'regroup', 'list', 'list-all'] as const;

export const nodeset = defineVerb({
  summary: "compute with node sets by nodeset's letters",
  description:
    "The letters of ClusterShell's nodeset: -f folds, -e expands, -c counts, -r writes groups, -l lists them.",
  operands: setOperands,
  flags: defineFlags({
    fold: {
      kind: 'switch',
      char: 'f',
      summary: 'as nodes fold',
      group: 'Actions',
      example: 'nodes -f n1 n2',
    },
    expand: {
      kind: 'switch',
      char: 'e',
      summary: 'as nodes expand',
      group: 'Actions',
      example: "nodes -e 'n[1-3]'",
    },
    count: {
      kind: 'switch',
      char: 'c',
      summary: 'as nodes count',
      group: 'Actions',
      example: "nodes -c 'n[1-3]'",
    },
    list: {
      kind: 'count',
      char: 'l',
      summary: 'as nodes list, or groups of SET; -ll, -lll say more',
      group: 'Actions',
      example: 'nodes -ll',
    },
    'list-all': {
      kind: 'count',
      char: 'L',
      summary: 'the same for every source',
      group: 'Actions',
      example: 'nodes -L',
    },
    ...setFlags,
    ...foldFlags,
    ...separatorFlags,
  }),
  examples: [
    { command: 'nodes -f n1 n2 n3', summary: 'n[1-3]' },
    { command: 'nodes -e n[1-3]', summary: 'n1 n2 n3' },
    { command: 'nodes -ll', summary: 'groups and their nodes' },
  ],
  run: async (input, context) => {
    const { flags } = input;
    const [action, another] = actions.filter((name) => Boolean(flags[name]));
    if (action === undefined || another !== undefined) {
      throw new HeorotError('usage', 'one of -f -e -c -r -l -L says what to do', {
        hint: 'for example: nodes -f n1 n2\nor a verb says it: nodes list; nodes --help shows all',
      });
    }
    if (action === 'list' || action === 'list-all') {
      const { printGroups } = await import('../groups/group-lines.ts');
      const everySource = action === 'list-all';
      return printGroups({ ...flags, everySource, long: flags[action] - 1 }, input.operands, context);
    }
    const { answerSets } = await import('../sets/answer-sets.ts');
    const { counted, expanded, folded, regrouped } = await import('../sets/answers.ts');
    const answer = {
      fold: () => folded(flags),
      expand: () => expanded(flags.separator),
      count: () => counted,
      regroup: () => regrouped(flags),
    }[action]();
    return answerSets(input, context, answer);
  },
});
