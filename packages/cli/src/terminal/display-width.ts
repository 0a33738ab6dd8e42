// How many columns text takes on a terminal, and cutting it to fit. Control sequences take none.
import { stripVTControlCharacters } from 'node:util';

/** Columns of one line: wide (East Asian, emoji) characters take two, combining marks none. */
export function displayWidth(text: string): number {
  if (isPlainAscii(text)) return text.length;
  let width = 0;
  for (const character of stripVTControlCharacters(text)) width += characterWidth(character);
  return width;
}

/** Cuts one line to at most `columns`; what is cut off ends in `…`. Styles that were open are closed. */
export function truncate(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  if (columns <= 0) return '';
  let kept = '';
  let width = 0;
  let styled = false;
  for (const piece of pieces(text)) {
    if (piece.startsWith('\u001b')) {
      styled = true;
      kept += piece;
      continue;
    }
    const next = characterWidth(piece);
    if (width + next > columns - 1) break;
    kept += piece;
    width += next;
  }
  return `${kept}…${styled ? '\u001b[0m' : ''}`;
}

/** Fills up with blanks to a width in columns. */
export function pad(text: string, columns: number, side: 'left' | 'right' = 'right'): string {
  const fill = ' '.repeat(Math.max(0, columns - displayWidth(text)));
  return side === 'right' ? text + fill : fill + text;
}

/** Breaks text at blanks into lines of at most `columns`; a longer word stands on a line of its own. */
export function wrap(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    if (line !== '' && displayWidth(line) + 1 + displayWidth(word) > columns) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, line];
}

function isPlainAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x20 || code > 0x7e) return false;
  }
  return true;
}

/** Characters, and each control sequence (ECMA-48 CSI) as one piece. */
function pieces(text: string): readonly string[] {
  // oxlint-disable-next-line no-control-regex -- it is the control sequences that are looked for
  return text.match(/\u001b\[[\d;:?]*[ -/]*[@-~]|[\s\S]/gu) ?? [];
}

function characterWidth(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return 0;
  if (code < 0x300) return 1;
  if (/^[\p{Mn}\p{Me}\p{Cf}]/u.test(character)) return 0;
  return /^\p{Emoji_Presentation}/u.test(character) || isWide(code) ? 2 : 1;
}

/** East_Asian_Width W and F in blocks (Unicode 16, EastAsianWidth.txt); [first, last]. */
const wideBlocks = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x17000, 0x18cff],
  [0x1b000, 0x1b2ff],
  [0x1f300, 0x1f64f],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
] as const;

function isWide(code: number): boolean {
  return wideBlocks.some(([first, last]) => code >= first && code <= last);
}
