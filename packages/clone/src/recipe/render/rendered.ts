// What a renderer gives back: the text for an installer, and by line what it could not say in that installer's words.
import type { Finding } from '../finding.ts';
import { finding } from '../finding.ts';
import type { Recipe } from '../recipe.ts';

/** A recipe in the words of an installer. */
export interface Rendered {
  readonly text: string;
  /** `not-rendered` (warning) for each line that has no counterpart; the text leaves it out. */
  readonly findings: readonly Finding[];
}

/** Names the lines of all commands and sections that a renderer does not know. */
export function notRendered(
  { commands, sections }: Recipe,
  known: ReadonlySet<string>,
  installer: string,
): readonly Finding[] {
  return [...commands, ...sections]
    .filter(({ name }) => !known.has(name))
    .map(({ name, place }) =>
      finding(place, 'warning', 'not-rendered', `${name} has no counterpart in ${installer} and is left out`),
    );
}

/** Names the lines of `%packages` with groups, or with what shall be left out: neither Debian nor Ubuntu has that. */
export function packagesNotRendered({ sections }: Recipe, distribution: string): readonly Finding[] {
  return sections
    .filter(({ name }) => name === '%packages')
    .flatMap(({ body }) => body.filter(({ text }) => /^\s*-?@|^\s*-/.test(text)))
    .map(({ file, line, text }) =>
      finding(
        { file, line, column: 1 },
        'warning',
        'not-rendered',
        `'${text.trim()}': ${distribution} has no groups of packages, and leaves none out`,
      ),
    );
}

/** Commands that need no counterpart anywhere: they speak to the installer of kickstart alone. */
export const silent: readonly string[] = [
  'cmdline',
  'graphical',
  'text',
  'eula',
  'firstboot',
  'skipx',
  'zerombr',
  'clearpart',
  'install',
  'mediacheck',
  '%anaconda',
  '%addon',
];

/** Commands and sections that the installers of Debian and Ubuntu both have words for. */
export const common: readonly string[] = [
  'lang',
  'keyboard',
  'timezone',
  'timesource',
  'network',
  'rootpw',
  'user',
  'group',
  'sshkey',
  'services',
  'firewall',
  'bootloader',
  'ignoredisk',
  'autopart',
  'part',
  'volgroup',
  'logvol',
  'reqpart',
  'reboot',
  'poweroff',
  'shutdown',
  'halt',
  '%packages',
  '%pre',
  '%post',
];
