// The lines of %packages: packages, `@groups`, `@^environments`, each with `-` in front to leave it out.
import { type Finding, finding, type Place } from './finding.ts';
import type { SourceLine } from './recipe.ts';

/** One line of %packages. */
export interface PackageLine {
  readonly kind: 'package' | 'group' | 'environment';
  readonly name: string;
  readonly excluded: boolean;
}

const groupOptions = ['--nodefaults', '--optional'];

/** What a line of %packages says; `undefined` for a blank line or a comment. */
export function parsePackageLine(text: string): PackageLine | undefined {
  const said = (text.split('#')[0] ?? '').trim();
  const excluded = said.startsWith('-');
  const name = excluded ? said.slice(1) : said;
  if (name === '') return undefined;
  if (name.startsWith('@^')) return { kind: 'environment', name: name.slice(2), excluded };
  if (!name.startsWith('@')) return { kind: 'package', name, excluded };
  const words = name.slice(1).split(/\s+/u);
  return { kind: 'group', name: words.filter((word) => optionOf(word) === undefined).join(' '), excluded };
}

/** What the reference parser refuses of a line of %packages. */
export function checkPackageLine({ text }: SourceLine, place: Place): readonly Finding[] {
  const said = (text.split('#')[0] ?? '').trim();
  if (said === '-') return [finding(place, 'error', 'package-name', "a package name is missing after '-'")];
  if (!said.startsWith('@') || said.startsWith('@^')) return [];
  const options = said
    .slice(1)
    .split(/\s+/u)
    .map((word) => ({ word, option: optionOf(word) }));
  const valued = options.find(({ word, option }) => option !== undefined && word.includes('='));
  if (valued !== undefined)
    return [finding(place, 'error', 'option-value-unwanted', `${valued.option ?? ''} takes no value`)];
  const chosen = new Set(options.flatMap(({ option }) => option ?? []));
  if (chosen.size < 2) return [];
  return [finding(place, 'error', 'options-conflict', '--nodefaults and --optional exclude one another')];
}

/** The option a word begins to name: argparse takes unambiguous beginnings. */
function optionOf(word: string): string | undefined {
  const name = word.split('=')[0] ?? '';
  if (name.length < 3 || !name.startsWith('--')) return undefined;
  return groupOptions.find((option) => option.startsWith(name));
}
