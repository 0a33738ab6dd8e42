// Recipes as files: one named by its path, `-` for standard input, and the files it includes, looked for beside it.
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { text as wholeText } from 'node:stream/consumers';
import { HeorotError } from '@heorot/inventory';
import type { ReadInclude } from './line-source.ts';
import { declaredSyntax, type Syntax } from './syntax.ts';

/** A recipe as it was read. */
export interface RecipeFile {
  /** As it was named; `<stdin>` for `-`. */
  readonly name: string;
  readonly text: string;
  readonly readInclude: ReadInclude;
}

/** @throws HeorotError `recipe-unreadable` */
export async function readRecipeFile(
  name: string,
  { cwd, stdin }: { readonly cwd: string; readonly stdin: Readable },
): Promise<RecipeFile> {
  const path = resolve(cwd, name);
  const folder = name === '-' ? cwd : dirname(path);
  try {
    return {
      name: name === '-' ? '<stdin>' : name,
      text: name === '-' ? await wholeText(stdin) : await readFile(path, 'utf8'),
      readInclude: (included) => readIncluded(resolve(folder, included)),
    };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.replace(/^(\w+: [^,]*),.*$/s, '$1') : String(cause);
    throw new HeorotError('recipe-unreadable', `cannot read the recipe ${name}: ${why}`, { cause });
  }
}

/** What was asked for, else what the recipe names in `#version=`, else RHEL9. */
export function syntaxOf(text: string, wanted: Syntax | undefined): Syntax {
  return wanted ?? declaredSyntax(text) ?? 'RHEL9';
}

function readIncluded(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
