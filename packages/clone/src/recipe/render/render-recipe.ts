// Renders a recipe for one node in the words of a distribution's own installer.
import type { Finding } from '../finding.ts';
import { type FlatRecipe, fillVariables, flattenRecipe, type NodeVariables } from '../flatten-recipe.ts';
import type { ReadInclude } from '../line-source.ts';
import { parseRecipe } from '../parse-recipe.ts';
import type { Syntax } from '../syntax.ts';
import type { Installer } from './installers.ts';
import { renderAutoinstall } from './render-autoinstall.ts';
import { renderKickstart } from './render-kickstart.ts';
import { renderPreseed } from './render-preseed.ts';
import type { Rendered } from './rendered.ts';

/** How a recipe is rendered. */
export interface RenderOptions {
  readonly to: Installer;
  readonly syntax: Syntax;
  /** Filled in for `@{...}`; `name` is the host name where the recipe has none. */
  readonly variables: NodeVariables;
  readonly readInclude?: ReadInclude;
}

/** The text for the installer. It is complete only when no finding is an error. */
export function renderRecipe(text: string, options: RenderOptions): Rendered {
  const { to, syntax, variables } = options;
  const flat = flattenRecipe(text, options);
  const filled = fillVariables(flat, variables);
  const { recipe, findings } = parseRecipe(filled.text, { syntax });
  const before = [...flat.findings, ...filled.findings, ...findings.map((each) => atOrigin(each, flat))];
  if (to === 'kickstart') {
    const { text: rendered } = renderKickstart(flat, variables, syntax);
    return { text: rendered, findings: before };
  }
  const rendered =
    to === 'preseed'
      ? renderPreseed(recipe, variables['name'])
      : renderAutoinstall(recipe, variables['name']);
  return {
    text: rendered.text,
    findings: [...before, ...rendered.findings.map((each) => atOrigin(each, flat))],
  };
}

/** A finding about the flat text, at the place in the file its line comes from. */
function atOrigin(found: Finding, flat: FlatRecipe): Finding {
  const origin = flat.origins[found.line - 1];
  return origin === undefined ? found : { ...found, file: origin.file, line: origin.line };
}
