// For tables of expected texts, exact or as a pattern.

/** The pattern itself where the text matches it, else the text: compare with `toEqual(wanted)`, and a failure shows the text. */
export function asWanted(
  text: string | undefined,
  wanted: string | RegExp | undefined,
): string | RegExp | undefined {
  return wanted instanceof RegExp && wanted.test(text ?? '') ? wanted : text;
}
