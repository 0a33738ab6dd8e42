// The verb `recipe check`: many files, each with everything found in it.
import { type CommandContext, ExitCode, type FlagValues, writeAll, writeJson } from '@heorot/cli';
import { HeorotError } from '@heorot/inventory';
import type { RecipeCheckFlags } from '../../commands/recipe-check.ts';
import { checkRecipe } from '../check-recipe.ts';
import { type Finding, finding } from '../finding.ts';
import { readRecipeFile, syntaxOf } from '../read-recipe-file.ts';
import type { Syntax } from '../syntax.ts';
import { findingLines } from './show-findings.ts';

interface Checked {
  readonly file: string;
  /** `undefined` for a file that cannot be read. */
  readonly syntax: Syntax | undefined;
  readonly accepted: boolean;
  readonly findings: readonly Finding[];
}

export async function checkRecipes(
  operands: readonly string[],
  flags: FlagValues<RecipeCheckFlags>,
  context: CommandContext,
): Promise<number> {
  if (operands.length === 0)
    throw new HeorotError('usage', 'no recipe is named', {
      hint: 'clone recipe check node.ks; - is standard input',
    });
  const checked: Checked[] = [];
  for (const name of operands) checked.push(await checkFile(name, flags, context));
  if (flags.json) await writeJson(context.stdout, checked);
  else await writeAll(context.stdout, `${textOf(checked, context)}\n`);
  return checked.every(({ accepted }) => accepted) ? ExitCode.ok : ExitCode.configuration;
}

async function checkFile(
  name: string,
  flags: FlagValues<RecipeCheckFlags>,
  context: CommandContext,
): Promise<Checked> {
  try {
    const { name: file, text, readInclude } = await readRecipeFile(name, context);
    const syntax = syntaxOf(text, flags.syntax);
    const purpose = flags.image ? 'image' : 'installer';
    const findings = checkRecipe(text, { syntax, readInclude, purpose });
    return { file, syntax, accepted: findings.every(({ severity }) => severity !== 'error'), findings };
  } catch (error) {
    if (!(error instanceof HeorotError)) throw error;
    const place = { file: undefined, line: 1, column: 1 };
    const unreadable = finding(place, 'error', error.code, error.message, error.hint);
    return { file: name, syntax: undefined, accepted: false, findings: [unreadable] };
  }
}

function textOf(checked: readonly Checked[], { theme }: CommandContext): string {
  const { stdout } = theme;
  return checked
    .flatMap(({ file, syntax, accepted, findings }) => [
      ...findingLines(file, findings, stdout),
      `${file}: ${accepted ? stdout.good('accepted') : stdout.bad('rejected')}${syntax === undefined ? '' : ` as ${syntax}`}${counted(findings)}`,
    ])
    .join('\n');
}

function counted(findings: readonly Finding[]): string {
  const parts = (['error', 'warning', 'info'] as const).flatMap((severity) => {
    const count = findings.filter((each) => each.severity === severity).length;
    const word = severity === 'info' ? 'without effect' : severity + (count === 1 ? '' : 's');
    return count === 0 ? [] : [`${count} ${word}`];
  });
  return parts.length === 0 ? '' : `: ${parts.join(', ')}`;
}
