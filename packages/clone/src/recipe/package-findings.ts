// %packages against what an image holds: an image deployment installs nothing, so what is asked for must be there already.
import { type Finding, finding } from './finding.ts';
import type { Recipe } from './recipe.ts';

/** @param packages `NAME VERSION ARCHITECTURE` each, as capture records them */
export function packageFindings({ sections }: Recipe, packages: readonly string[]): readonly Finding[] {
  const names = new Set(packages.map((line) => line.split(' ')[0] ?? ''));
  return sections
    .filter(({ name }) => name === '%packages')
    .flatMap(({ body }) =>
      body.flatMap(({ text, file, line }) => {
        const word = text.replace(/#.*/, '').trim();
        if (word === '') return [];
        const place = { file, line, column: text.search(/\S/) + 1 };
        return findingOf(word, names, place);
      }),
    );
}

function findingOf(
  word: string,
  names: ReadonlySet<string>,
  place: Parameters<typeof finding>[0],
): readonly Finding[] {
  if (word.startsWith('@') || word.startsWith('-@'))
    return [
      finding(
        place,
        'info',
        'package-group',
        `'${word}' is a group: whether the image holds it is not known`,
      ),
    ];
  const unwanted = word.startsWith('-');
  const glob = (unwanted ? word.slice(1) : word).split(/\s/)[0] ?? '';
  const bare = glob.replace(/\.(x86_64|noarch|i686|aarch64|amd64|all|arm64)$/, '');
  const expression = new RegExp(
    `^${bare
      .replace(/[.+^$()|[\]\\{}]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  );
  const found = names.has(bare) || [...names].some((name) => expression.test(name));
  if (found === !unwanted) return [];
  return [
    unwanted
      ? finding(
          place,
          'error',
          'package-present',
          `the image holds '${bare}', which the recipe does not want`,
          'take it away on the golden node and capture it again',
        )
      : finding(
          place,
          'error',
          'package-missing',
          `the image does not hold '${bare}'`,
          'install it on the golden node and capture it again',
        ),
  ];
}
