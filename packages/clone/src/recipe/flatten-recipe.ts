// A recipe as one text: included files in place, node variables filled in, and where each line comes from.
import { didYouMean } from '@heorot/inventory';
import { type Finding, finding } from './finding.ts';
import type { ReadInclude } from './line-source.ts';
import { parseRecipe } from './parse-recipe.ts';
import type { SourceLine } from './recipe.ts';
import type { Syntax } from './syntax.ts';

/** Facts of one node by name, filled in where the recipe says `@{name}`. */
export type NodeVariables = Readonly<Record<string, string>>;

/** A recipe without includes. */
export interface FlatRecipe {
  readonly text: string;
  /** Of each line of the text, where it comes from. */
  readonly origins: readonly SourceLine[];
  readonly findings: readonly Finding[];
}

/**
 * Resolves includes, those inside sections as well. Findings are of includes only; `checkRecipe` says the rest.
 *
 * @example flattenRecipe('%include net.ks\n', { syntax: 'RHEL9', readInclude: () => 'network --hostname=@{name}\n' })
 */
export function flattenRecipe(
  text: string,
  options: { readonly syntax: Syntax; readonly readInclude?: ReadInclude },
): FlatRecipe {
  const { recipe, findings } = parseRecipe(text, options);
  const ended = recipe.lines.map(({ text: line }) => (line.endsWith('\n') ? line : `${line}\n`));
  return {
    text: ended.join(''),
    origins: recipe.lines,
    findings: findings.filter(({ code }) => code.startsWith('include-')),
  };
}

/** Fills in `@{name}`; a name that is not known is an error with its place, and stays as it was. */
export function fillVariables(
  flat: Pick<FlatRecipe, 'text' | 'origins'>,
  variables: NodeVariables,
): { readonly text: string; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const lines = flat.text.split('\n').map((line, index) =>
    line.replace(/@\{([A-Za-z][\w.-]*)\}/g, (whole, name: string, at: number) => {
      const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
      if (value !== undefined && !/[\n\r]/.test(value)) return value;
      const origin = flat.origins[index];
      const place = { file: origin?.file, line: origin?.line ?? index + 1, column: at + 1 };
      findings.push(
        value === undefined
          ? finding(
              place,
              'error',
              'variable-unknown',
              `the node has no '${name}'`,
              didYouMean(name, Object.keys(variables)) ??
                `known: ${Object.keys(variables).sort().join(', ')}`,
            )
          : finding(place, 'error', 'variable-value', `'${name}' of the node holds a line end`),
      );
      return whole;
    }),
  );
  return { text: lines.join('\n'), findings };
}
