// What a node said, for people: control characters are shown, so that a terminal does not obey them.

/** @example printable('\u001b[31mred') // '\\x1b[31mred' */
export function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}
