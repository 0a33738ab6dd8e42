// The recipe of a deployment, for one node: read once, then filled with what the inventory says of the node.
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { HeorotError, type NodeRecord } from '@heorot/inventory';
import { checkRecipe } from '../recipe/check-recipe.ts';
import type { Finding } from '../recipe/finding.ts';
import { type FlatRecipe, fillVariables, flattenRecipe } from '../recipe/flatten-recipe.ts';
import { nodeVariables } from '../recipe/node-variables.ts';
import { parseRecipe } from '../recipe/parse-recipe.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { declaredSyntax, type Syntax } from '../recipe/syntax.ts';

export interface RecipeSource {
  readonly name: string;
  readonly flat: FlatRecipe;
  readonly syntax: Syntax;
}

/** When nobody says how disks are to be: all of the one disk there is, one root file system beside what the firmware needs. */
const wholeDisk = 'zerombr\nclearpart --all --initlabel\nreqpart\npart / --fstype=ext4 --size=1024 --grow\n';

/** @param path of `--recipe`. @param recorded what the image says of the golden node's storage */
export async function readRecipe(
  path: string | undefined,
  recorded: string | undefined,
): Promise<RecipeSource> {
  const text =
    path === undefined
      ? (recorded ?? wholeDisk)
      : await readFile(path, 'utf8').catch((cause: unknown) => {
          throw new HeorotError('recipe-unreadable', `cannot read the recipe ${path}`, { cause });
        });
  const syntax = declaredSyntax(text) ?? 'RHEL9';
  const folder = path === undefined ? '.' : dirname(path);
  const flat = flattenRecipe(text, { syntax, readInclude: (file) => readInclude(resolve(folder, file)) });
  return { name: path ?? 'the recorded storage', flat, syntax };
}

export interface NodeRecipe {
  readonly text: string;
  readonly recipe: Recipe;
}

/** @throws HeorotError `recipe-bad` with the first errors, by line */
export function recipeFor(source: RecipeSource, node: NodeRecord): NodeRecipe {
  const filled = fillVariables(source.flat, nodeVariables(node));
  const options = { syntax: source.syntax };
  const findings = [
    ...source.flat.findings,
    ...filled.findings,
    ...checkRecipe(filled.text, { ...options, purpose: 'image' }),
  ].filter(({ severity }) => severity === 'error');
  if (findings.length > 0)
    throw new HeorotError(
      'recipe-bad',
      findings
        .slice(0, 5)
        .map((each) => located(source, each))
        .join('\n'),
      {
        hint: `see all of it: clone recipe check ${source.name}`,
      },
    );
  return { text: filled.text, recipe: parseRecipe(filled.text, options).recipe };
}

function located({ name, flat }: RecipeSource, { line, column, message }: Finding): string {
  const origin = flat.origins[line - 1];
  return `${origin?.file ?? name}:${origin?.line ?? line}:${column}: ${message}`;
}

function readInclude(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
