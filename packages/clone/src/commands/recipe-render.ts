// `clone recipe render`: a recipe in the words of a distribution's own installer.
import { defineFlags, defineVerb, selectionFlags } from '@heorot/cli';
import { INSTALLERS } from '../recipe/render/installers.ts';
import { recipeOutput, syntaxFlag } from '../recipe/verbs/recipe-flags.ts';

const flags = defineFlags({
  to: {
    kind: 'choice',
    choices: INSTALLERS,
    default: 'kickstart',
    value: 'INSTALLER',
    summary: 'which installer is to read it',
    description: "kickstart: Anaconda (RHEL, Fedora); preseed: Debian's installer; autoinstall: Ubuntu's.",
    group: 'Recipe',
    example: 'clone recipe render node.ks n1 --to autoinstall',
  },
  syntax: { ...syntaxFlag.syntax, example: 'clone recipe render node.ks n1 --syntax RHEL10' },
  cluster: selectionFlags.cluster,
  ...recipeOutput,
});

export const recipeRender = defineVerb({
  summary: "write a recipe for one node in the words of a distribution's own installer",
  description:
    '@{name}, @{address}, @{rack} and the labels of the node are filled in. What the other installer has no words for is said by line on stderr and left out. With an error nothing is written, and the exit code is 3.',
  operands: { kind: 'any', name: 'FILE NODE', summary: 'a kickstart file, and one node', complete: 'files' },
  flags,
  examples: [{ command: 'clone recipe render node.ks n1 --to preseed', summary: "for Debian's installer" }],
  run: async ({ flags: given, operands }, context) =>
    (await import('../recipe/verbs/render-for-node.ts')).renderForNode(operands, given, context),
});
export type RecipeRenderFlags = typeof flags;
