// `clone recipe flatten`: a recipe as one text, includes in place.
import { defineFlags, defineVerb, selectionFlags } from '@heorot/cli';
import { recipeOutput, syntaxFlag } from '../recipe/verbs/recipe-flags.ts';

const flags = defineFlags({
  node: {
    kind: 'text',
    value: 'NODE',
    complete: 'nodes',
    summary: 'fill in @{...} with what the inventory says of this node',
    group: 'Recipe',
    example: 'clone recipe flatten node.ks --node n1',
  },
  syntax: { ...syntaxFlag.syntax, example: 'clone recipe flatten node.ks --syntax RHEL8' },
  cluster: selectionFlags.cluster,
  ...recipeOutput,
});

export const recipeFlatten = defineVerb({
  summary: 'write a recipe as one text, with the files it includes in their places',
  description:
    'Comments and scripts stay as they are. A file that is missing is an error: nothing is written, and the exit code is 3.',
  operands: {
    kind: 'any',
    name: 'FILE',
    summary: 'a kickstart file; - is standard input',
    complete: 'files',
  },
  flags,
  examples: [{ command: 'clone recipe flatten node.ks', summary: 'what will be read in the end' }],
  run: async ({ flags: given, operands }, context) =>
    (await import('../recipe/verbs/render-for-node.ts')).flattenForNode(operands, given, context),
});
export type RecipeFlattenFlags = typeof flags;
