// The versions of the kickstart language that are checked, and spans of them such as `RHEL9- F40-42`.

/** Every syntax that is known, oldest first in each family. */
export const SYNTAXES = ['RHEL8', 'RHEL9', 'RHEL10', 'F40', 'F41', 'F42', 'F43', 'F44', 'F45'] as const;

/** One version of the language: that of a Red Hat Enterprise Linux or a Fedora release. */
export type Syntax = (typeof SYNTAXES)[number];

/**
 * Versions in which a fact holds: parts joined by a blank, each `RHEL8`, `RHEL8-9`, `RHEL9-` (and later) or `RHEL`.
 * A family that is not named is outside; no span at all means everywhere.
 */
export type Span = string;

/** Whether a fact holds in a syntax. */
export function holdsIn(span: Span | undefined, syntax: Syntax): boolean {
  if (span === undefined) return true;
  const [family, release] = parts(syntax);
  return span.split(' ').some((part) => {
    const match = /^(RHEL|F)(?:(\d+)(?:(-)(\d*))?)?$/.exec(part);
    if (match === null) throw new RangeError(`no span of kickstart versions: '${span}'`);
    const [, name, first, dash, last] = match;
    if (name !== family) return false;
    if (first === undefined) return true;
    if (release < Number(first)) return false;
    if (dash === undefined) return release === Number(first);
    return last === undefined || last === '' || release <= Number(last);
  });
}

/** The syntax of that name in any case (`rhel9`, `F41`); `undefined` when there is none. */
export function parseSyntax(name: string): Syntax | undefined {
  return SYNTAXES.find((syntax) => syntax === name.toUpperCase());
}

/** The syntax a recipe names itself in a `#version=RHEL9` line; `undefined` when it names none that is known. */
export function declaredSyntax(text: string): Syntax | undefined {
  const declared = /^#version=(\S+)/m.exec(text)?.[1];
  return declared === undefined ? undefined : parseSyntax(declared);
}

function parts(syntax: Syntax): readonly [string, number] {
  const family = syntax.startsWith('RHEL') ? 'RHEL' : 'F';
  return [family, Number(syntax.slice(family.length))];
}
