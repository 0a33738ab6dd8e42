// The flags of the recipe verbs.
import { defineFlags, outputFlags } from '@heorot/cli';
import { SYNTAXES } from '../syntax.ts';

const group = 'Recipe';

export const syntaxFlag = defineFlags({
  syntax: {
    kind: 'choice',
    choices: SYNTAXES,
    value: 'VERSION',
    summary: 'as the installer of this release reads it; else its own #version=, else RHEL9',
    group,
    example: 'clone recipe check node.ks --syntax RHEL10',
  },
});

export const recipeOutput = defineFlags({ color: outputFlags.color, json: outputFlags.json });
