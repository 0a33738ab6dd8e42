// PATTERNS of ssh_config(5), shared by its Host lines and by known_hosts: `*`, `?` and negation with `!`.

/** True where the pattern has no `*`, `?` or `!`: it stands for itself only. */
export function isPlainPattern(pattern: string): boolean {
  return !/^!|[*?]/.test(pattern);
}

/** Compiles a list; the test is case-sensitive, so lower both sides where names are meant. */
export function patternList(patterns: readonly string[]): (text: string) => boolean {
  const negated = patterns
    .filter((pattern) => pattern.startsWith('!'))
    .map((pattern) => wildcard(pattern.slice(1)));
  const positive = patterns.filter((pattern) => !pattern.startsWith('!')).map(wildcard);
  // A negated match wins wherever it stands; a list of negations alone matches nothing.
  return (text) => positive.some((matches) => matches(text)) && !negated.some((matches) => matches(text));
}

function wildcard(pattern: string): (text: string) => boolean {
  if (isPlainPattern(pattern)) return (text) => text === pattern;
  const parts = pattern.split('*');
  const [first = '', ...rest] = parts;
  const last = rest.pop();
  return (text) =>
    last === undefined
      ? text.length === first.length && fits(first, text, 0)
      : stars(first, rest, last, text);
}

/** Greedy from the left between fixed ends: linear where a regular expression could backtrack for ever. */
function stars(first: string, middle: readonly string[], last: string, text: string): boolean {
  const end = text.length - last.length;
  if (end < first.length || !fits(first, text, 0) || !fits(last, text, end)) return false;
  let at = first.length;
  for (const part of middle) {
    while (at + part.length <= end && !fits(part, text, at)) at++;
    if (at + part.length > end) return false;
    at += part.length;
  }
  return true;
}

function fits(part: string, text: string, at: number): boolean {
  for (let i = 0; i < part.length; i++) {
    if (part[i] !== '?' && part[i] !== text[at + i]) return false;
  }
  return true;
}
