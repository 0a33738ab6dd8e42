// `clone recipe check`: would the installer take this recipe, and what would an image deployment make of it?
import { defineFlags, defineVerb } from '@heorot/cli';
import { recipeOutput, syntaxFlag } from '../recipe/verbs/recipe-flags.ts';

const flags = defineFlags({
  ...syntaxFlag,
  image: {
    kind: 'switch',
    summary: 'say as well what an image deployment refuses, and what has no effect in it',
    group: 'Recipe',
    example: 'clone recipe check node.ks --image',
  },
  ...recipeOutput,
});

export const recipeCheck = defineVerb({
  summary: 'check kickstart files as the installer would, with line and column',
  description:
    'Every command and option of RHEL 8 to 10 and Fedora 40 to 45 is known, with the release in which it came and went. Files that the recipe includes are looked for beside it. Exit code 0 when every file is accepted, else 3.',
  operands: {
    kind: 'any',
    name: 'FILE...',
    summary: 'kickstart files; - is standard input',
    complete: 'files',
  },
  flags,
  examples: [
    { command: 'clone recipe check node.ks', summary: 'one recipe' },
    { command: 'clone recipe check *.ks --json', summary: 'all of them, for a program' },
    { command: 'clone recipe check - < node.ks', summary: 'what another program has rendered' },
  ],
  run: async ({ flags: given, operands }, context) =>
    (await import('../recipe/verbs/check-recipes.ts')).checkRecipes(operands, given, context),
});
export type RecipeCheckFlags = typeof flags;
