// The verbs `recipe render` and `recipe flatten`: a recipe as another text; what is found goes to stderr.
import {
  type CommandContext,
  ExitCode,
  type FlagValues,
  openCommandInventory,
  writeAll,
  writeJson,
} from '@heorot/cli';
import { HeorotError } from '@heorot/inventory';
import type { RecipeFlattenFlags } from '../../commands/recipe-flatten.ts';
import type { RecipeRenderFlags } from '../../commands/recipe-render.ts';
import { fillVariables, flattenRecipe, type NodeVariables } from '../flatten-recipe.ts';
import { nodeVariables } from '../node-variables.ts';
import { readRecipeFile, syntaxOf } from '../read-recipe-file.ts';
import { renderRecipe } from '../render/render-recipe.ts';
import type { Rendered } from '../render/rendered.ts';
import { findingLines } from './show-findings.ts';

export async function renderForNode(
  operands: readonly string[],
  flags: FlagValues<RecipeRenderFlags>,
  context: CommandContext,
): Promise<number> {
  const [path, node, ...more] = operands;
  if (path === undefined || node === undefined || more.length > 0)
    throw new HeorotError('usage', 'a recipe and one node are wanted', {
      hint: 'clone recipe render node.ks n1 --to preseed',
    });
  const { name, text, readInclude } = await readRecipeFile(path, context);
  const variables = await variablesOf(node, flags, context);
  const syntax = syntaxOf(text, flags.syntax);
  return print(name, renderRecipe(text, { to: flags.to, syntax, variables, readInclude }), flags, context);
}

export async function flattenForNode(
  operands: readonly string[],
  flags: FlagValues<RecipeFlattenFlags>,
  context: CommandContext,
): Promise<number> {
  const [path, ...more] = operands;
  if (path === undefined || more.length > 0)
    throw new HeorotError('usage', 'one recipe is wanted', { hint: 'clone recipe flatten node.ks' });
  const { name, text, readInclude } = await readRecipeFile(path, context);
  const flat = flattenRecipe(text, { syntax: syntaxOf(text, flags.syntax), readInclude });
  if (flags.node === undefined) return print(name, flat, flags, context);
  const filled = fillVariables(flat, await variablesOf(flags.node, flags, context));
  const findings = [...flat.findings, ...filled.findings];
  return print(name, { text: filled.text, findings }, flags, context);
}

/** An installer that is given half a recipe installs half a node: with an error there is no text. */
async function print(
  name: string,
  { text, findings }: Rendered,
  { json }: { readonly json: boolean },
  context: CommandContext,
): Promise<number> {
  const bad = findings.some(({ severity }) => severity === 'error');
  if (json) await writeJson(context.stdout, { text: bad ? undefined : text, findings });
  else {
    for (const line of findingLines(name, findings, context.theme.stderr))
      await writeAll(context.stderr, `${line}\n`);
    if (!bad) await writeAll(context.stdout, text);
  }
  return bad ? ExitCode.configuration : ExitCode.ok;
}

async function variablesOf(
  node: string,
  flags: { readonly cluster: string | undefined },
  context: CommandContext,
): Promise<NodeVariables> {
  const inventory = await openCommandInventory(flags, context);
  const names = [...(await inventory.resolve(node))];
  const [name, ...more] = names;
  if (name === undefined || more.length > 0)
    throw new HeorotError('usage', `'${node}' is ${names.length} nodes; one is wanted`);
  return nodeVariables(inventory.node(name));
}
