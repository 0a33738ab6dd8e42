// Checks a recipe: what the installer of a release would reject or remark, and on request what an image deployment does with it.
import { type Finding, finding, type Severity } from './finding.ts';
import { imageEffects } from './image-effects.ts';
import { type ParseOptions, parseRecipe } from './parse-recipe.ts';
import { sourceLines } from './recipe.ts';
import { templateDirective } from './template-mark.ts';

/** How a recipe is checked. */
export interface CheckOptions extends ParseOptions {
  /** `image` adds what is refused and what has no effect when an image is laid down. */
  readonly purpose?: 'installer' | 'image';
}

/**
 * Everything found in a recipe, by line. The installer accepts the recipe exactly when no finding is an error.
 *
 * @example checkRecipe('part / --size=big\n', { syntax: 'RHEL9' })
 */
export function checkRecipe(text: string, options: CheckOptions): readonly Finding[] {
  const { recipe, findings } = parseRecipe(text, options);
  const directives = sourceLines(text).flatMap((line) => {
    const mark = templateDirective(line.text);
    if (mark === undefined) return [];
    const place = { file: line.file, line: line.line, column: mark.column };
    return [finding(place, 'warning', 'templated', mark.message, mark.hint)];
  });
  const inScripts = new Set(
    recipe.sections.flatMap(({ body }) =>
      body.filter(({ file }) => file === undefined).map(({ line }) => line),
    ),
  );
  return [
    ...findings,
    ...directives.filter(({ line }) => !inScripts.has(line)),
    ...(options.purpose === 'image' ? imageEffects(recipe) : []),
  ].sort(inOrder);
}

const weight: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

function inOrder(a: Finding, b: Finding): number {
  // Findings of included files stand together, after those of the recipe itself.
  const files = (a.file ?? '') < (b.file ?? '') ? -1 : (a.file ?? '') === (b.file ?? '') ? 0 : 1;
  return files || a.line - b.line || weight[a.severity] - weight[b.severity] || a.column - b.column;
}
