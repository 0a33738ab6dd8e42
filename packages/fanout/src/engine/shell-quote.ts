// Quoting for shells we do not choose: what `quoteForAnyShell` makes is one word in sh, bash, zsh, csh and fish alike.
import { HeorotError } from '@heorot/inventory';

/** Needs no quotes in any shell; also safe inside `'…'` and `"…"` of any of them. */
export const isPlainWord = (value: string): boolean => /^[A-Za-z0-9_@%+=:,./-]+$/.test(value);

/** One word for POSIX shells; holds anything but NUL. */
export function quoteForSh(value: string): string {
  if (value.includes('\0')) throw new HeorotError('command-value', 'a value for the shell holds a NUL byte');
  return isPlainWord(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}

/** What {@link quoteForAnyShell} takes. */
export const isOneLine = (value: string): boolean => !/[\0\n\r]/.test(value);

/**
 * One word for any login shell. Inside `'…'` csh replaces `!` and stops at a line break, fish reads `\\` and `\'`:
 * so these stand outside of the quotes, escaped, and line breaks are refused.
 */
export function quoteForAnyShell(value: string): string {
  if (!isOneLine(value)) {
    throw new HeorotError(
      'command-value',
      `a value for the shell holds a line break or NUL: ${JSON.stringify(value)}`,
    );
  }
  if (isPlainWord(value)) return value;
  return value === ''
    ? `''`
    : value.replace(/[^'!\\]+|['!\\]/g, (part) => (/^['!\\]$/.test(part) ? `\\${part}` : `'${part}'`));
}

/**
 * A POSIX script of any shape as one command line for any login shell, restricted ones included (no `exec`, no path);
 * stdin stays untouched.
 */
export function scriptForAnyShell(script: string): string {
  return `sh -c 'eval "$(printf "$0")"' ${quoteForAnyShell(printfFormat(script))}`;
}

/** One line, of which printf(1) makes the text. Lone surrogates stand for bytes that are no UTF-8. */
export function printfFormat(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll('%', '%%')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replace(/[\udc80-\udcff]/gu, (byte) => `\\${(byte.charCodeAt(0) - 0xdc00).toString(8)}`);
}

/** `~` and `~/…` are the home of the user on the node. */
export function directoryWord(directory: string): string {
  const home = /^~(?:\/|$)(.*)$/s.exec(directory);
  if (home === null) return quoteForSh(directory);
  return home[1] === undefined || home[1] === '' ? '"$HOME"' : `"$HOME"/${quoteForSh(home[1])}`;
}
