// A recipe for Anaconda: the recipe itself, flat, for one node.
import type { FlatRecipe, NodeVariables } from '../flatten-recipe.ts';
import { fillVariables } from '../flatten-recipe.ts';
import { parseRecipe } from '../parse-recipe.ts';
import { systemSettings } from '../settings.ts';
import type { Syntax } from '../syntax.ts';
import type { Rendered } from './rendered.ts';

/** Fills in the variables, and names the host by `@{name}` where the recipe does not. */
export function renderKickstart(flat: FlatRecipe, variables: NodeVariables, syntax: Syntax): Rendered {
  const { text, findings } = fillVariables(flat, variables);
  const { name } = variables;
  const named = systemSettings(parseRecipe(text, { syntax }).recipe).hostname !== undefined;
  if (named || name === undefined) return { text, findings };
  return { text: `network --hostname=${name}\n${text}`, findings };
}
