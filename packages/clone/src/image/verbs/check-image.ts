// The verb `image check`: is anything in the image that belongs to one machine, and does it fit a recipe?

import { zstdDecompressSync } from 'node:zlib';
import { type CommandContext, ExitCode, writeAll, writeJson } from '@heorot/cli';
import { type Finding, finding } from '../../recipe/finding.ts';
import { packageFindings } from '../../recipe/package-findings.ts';
import { parseRecipe } from '../../recipe/parse-recipe.ts';
import { readRecipeFile, syntaxOf } from '../../recipe/read-recipe-file.ts';
import { findingLines } from '../../recipe/verbs/show-findings.ts';
import { readWholeBlob } from '../blob-store.ts';
import { accountsWithPassword, checkTree, rulesWith } from '../hygiene-rules.ts';
import type { Image } from '../image-layout.ts';
import { labels } from '../labels.ts';
import { readStore } from '../open-store.ts';
import { oneName } from './one-name.ts';

export interface CheckFlags {
  readonly recipe: string | undefined;
  readonly json: boolean;
}

interface Remark {
  readonly severity: 'error' | 'warning';
  readonly path: string;
  readonly message: string;
}

export async function checkImage(
  operands: readonly string[],
  flags: CheckFlags,
  context: CommandContext,
): Promise<number> {
  const store = await readStore(context.env);
  const image = await store.read(oneName(operands, 'clone image check base'));
  const remarks = [...hygieneOf(image), ...(await passwordsOf(store.layout, image)), ...bootable(image)];
  const recipe = flags.recipe === undefined ? [] : await recipeFindings(flags.recipe, image, context);
  const bad = [...remarks, ...recipe].some(({ severity }) => severity === 'error');
  if (flags.json) await writeJson(context.stdout, { image: image.name, good: !bad, remarks, recipe });
  else {
    const lines = [
      ...remarks.map(({ severity, path, message }) => `${severity}: ${path}: ${message}`),
      ...findingLines(flags.recipe ?? '', recipe, context.theme.stdout),
      `${image.name}: ${bad ? 'not fit to be deployed' : 'nothing against it'}`,
    ];
    await writeAll(context.stdout, `${lines.join('\n')}\n`);
  }
  return bad ? ExitCode.nodeFailed : ExitCode.ok;
}

function hygieneOf({ files, config }: Image): readonly Remark[] {
  const included = (config.labels[labels.included] ?? '').split('\n').filter((glob) => glob !== '');
  const wanted = new Set(checkTree(files, rulesWith(included, [])).map(({ path }) => path));
  return checkTree(files).map(({ path, rule }) =>
    wanted.has(path)
      ? { severity: 'error', path, message: rule.why }
      : { severity: 'warning', path, message: `${rule.why}; it was taken by --include` },
  );
}

/** Every node of the image would open to the same password. */
async function passwordsOf(layout: string, { files, fileBlobs }: Image): Promise<readonly Remark[]> {
  const shadow = files.find(({ path }) => path === 'etc/shadow');
  const blob = shadow?.type === 'file' ? fileBlobs.get(shadow.sha256) : undefined;
  if (blob === undefined) return [];
  const text = zstdDecompressSync(await readWholeBlob(layout, blob)).toString('utf8');
  return accountsWithPassword(text).map((account) => ({
    severity: 'warning',
    path: 'etc/shadow',
    message: `the password of ${account} opens every node`,
  }));
}

function bootable({ files }: Image): readonly Remark[] {
  return files.some(({ path }) => /^boot\/vmlinu[xz]/.test(path))
    ? []
    : [{ severity: 'warning', path: 'boot', message: 'there is no kernel: nodes cannot boot from it' }];
}

async function recipeFindings(
  path: string,
  image: Image,
  context: CommandContext,
): Promise<readonly Finding[]> {
  const { text, readInclude } = await readRecipeFile(path, context);
  const { recipe, findings } = parseRecipe(text, { syntax: syntaxOf(text, undefined), readInclude });
  const recorded = image.config.labels[labels.packages];
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (recorded !== undefined) return [...errors, ...packageFindings(recipe, recorded.split('\n'))];
  const place = { file: undefined, line: 1, column: 1 };
  return [
    ...errors,
    finding(
      place,
      'warning',
      'packages-unknown',
      'no packages are recorded with the image: %packages is not checked',
    ),
  ];
}
