// Shows untrusted text in messages so that each character is seen and none acts: no escapes, no bidi, no newlines.

const LONGEST_SHOWN = 60;

/** The text in single quotes, unseen and non-ASCII characters as `\u{...}`, cut at 60 characters. */
export function quoteVisibly(text: string): string {
  const shown = text.slice(0, LONGEST_SHOWN);
  const visible = shown.replace(/[^\x20-\x7e]/gu, (character) => `\\u{${codeOf(character)}}`);
  return `'${visible}${shown.length < text.length ? '...' : ''}'`;
}

/** One character, named: `';'`, `a blank`, `a line feed`, `U+202E`. */
export function visibleCharacter(character: string): string {
  const named = NAMES[character];
  if (named !== undefined) return named;
  if (/^[\x21-\x7e]$/.test(character)) return character === "'" ? `"'"` : `'${character}'`;
  return `U+${codeOf(character).toUpperCase().padStart(4, '0')}`;
}

const NAMES: Readonly<Record<string, string>> = {
  ' ': 'a blank',
  '\t': 'a tab',
  '\n': 'a line feed',
  '\r': 'a carriage return',
  '\0': 'a NUL',
};

function codeOf(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16);
}
