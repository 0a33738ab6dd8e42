// A frame in memory: one number a cell. Views draw into it; the frame writer compares it with what the terminal shows.
import { displayWidth } from '@heorot/cli';
import { attribute } from './style.ts';

/** A cell is `style << 21 | code point`; code point 0 is the right half of a wide character. */
const codeBits = 21;
const codeMask = (1 << codeBits) - 1;
const space = 0x20;
/** What stands for control characters, and for all that an ASCII terminal cannot show. */
const unshowable = 0x3f;
/** More marks on one character would be no writing. */
const marksKept = 4;

export const codeOf = (cell: number): number => cell & codeMask;
export const styleOf = (cell: number): number => cell >>> codeBits;

export class CellBuffer {
  readonly columns: number;
  readonly rows: number;
  /** Row after row. */
  readonly cells: Uint32Array;
  /** Combining marks, by the index of the cell that they stand on. */
  readonly marks = new Map<number, string>();
  readonly #ascii: boolean;

  constructor(columns: number, rows: number, { ascii = false }: { readonly ascii?: boolean } = {}) {
    this.columns = columns;
    this.rows = rows;
    this.cells = new Uint32Array(columns * rows);
    this.#ascii = ascii;
    this.clear();
  }

  clear(): void {
    this.cells.fill(space);
    this.marks.clear();
  }

  /**
   * Writes one line of text; what does not fit before the column `end` is cut off.
   * @returns the column behind it
   */
  put(row: number, column: number, text: string, style = 0, end = this.columns): number {
    if (row < 0 || row >= this.rows) return column;
    const limit = Math.min(end, this.columns);
    const length = plainLength(text, limit - column);
    const from = Math.max(0, column);
    const width = column + length - from;
    if (width > 0) {
      this.#clearUnder(row, from, width);
      const cell = style << codeBits;
      const index = row * this.columns + column;
      for (let at = from - column; at < length; at++) this.cells[index + at] = cell | text.charCodeAt(at);
    }
    const reached = column + length;
    if (length === text.length || reached >= limit) return reached;
    return this.#putUnicode(row, reached, text.slice(length), style, limit);
  }

  /** Characters that take one column each, and are no half of anything: what pictures are made of. Where one is 0, a cell stays as it is. */
  putCodes(row: number, column: number, codes: Uint32Array, style: number): void {
    const width = Math.min(codes.length, this.columns - column);
    if (row < 0 || row >= this.rows || column < 0 || width <= 0) return;
    this.#clearUnder(row, column, width);
    const from = row * this.columns + column;
    const cell = style << codeBits;
    for (let at = 0; at < width; at++) {
      const code = codes[at] ?? 0;
      if (code !== 0) this.cells[from + at] = cell | code;
    }
  }

  /** Right-aligned in the columns from `column` to `end`. */
  putRight(row: number, column: number, end: number, text: string, style = 0): void {
    this.put(row, Math.max(column, end - displayWidth(text)), text, style, end);
  }

  /** Gives cells attributes besides what they have: the bar of a cursor. */
  mark(row: number, column: number, width: number, style: number = attribute.reverse): void {
    if (row < 0 || row >= this.rows) return;
    const end = Math.min(column + width, this.columns);
    for (let at = Math.max(0, column); at < end; at++) {
      const index = row * this.columns + at;
      this.cells[index] = (this.cells[index] ?? 0) | (style << codeBits);
    }
  }

  /** Blanks a rectangle. */
  erase(row: number, column: number, rows: number, width: number): void {
    for (let at = row; at < row + rows; at++) this.put(at, column, ' '.repeat(width));
  }

  /** What stands in a row, without styles and without the blanks at its end. */
  text(row: number): string {
    let text = '';
    for (let at = row * this.columns; at < (row + 1) * this.columns; at++) {
      const code = codeOf(this.cells[at] ?? space);
      if (code !== 0) text += String.fromCodePoint(code) + (this.marks.get(at) ?? '');
    }
    return text.trimEnd();
  }

  #putUnicode(row: number, column: number, text: string, style: number, limit: number): number {
    let at = column;
    for (const character of text) {
      const code = character.codePointAt(0) ?? unshowable;
      const width = widthOf(character, code);
      if (width === 0) {
        this.#combine(row, at, character);
        continue;
      }
      if (at + width > limit) break;
      const shown = isControl(code) || (this.#ascii && code > 0x7e) ? unshowable : code;
      if (at >= 0) this.#setWide(row, at, width, (style << codeBits) | shown);
      // Its left half is beyond the edge.
      else if (at + width > 0) this.#setWide(row, 0, 1, (style << codeBits) | space);
      at += width;
    }
    return at;
  }

  /** One cell, or two of which the right one is empty; a sign that stands for a wide character takes two as well. */
  #setWide(row: number, column: number, width: number, cell: number): void {
    this.#clearUnder(row, column, width);
    const index = row * this.columns + column;
    this.cells[index] = cell;
    if (width === 2) this.cells[index + 1] = codeOf(cell) === unshowable ? cell : cell & ~codeMask;
  }

  /** Half of a wide character is nothing: what is overwritten in part goes as a whole. */
  #clearUnder(row: number, column: number, width: number): void {
    const index = row * this.columns + column;
    if (column > 0 && codeOf(this.cells[index] ?? space) === 0) this.#blank(index - 1);
    const behind = index + width;
    if (column + width < this.columns && codeOf(this.cells[behind] ?? space) === 0) this.#blank(behind);
    if (this.marks.size === 0) return;
    for (let at = index; at < behind; at++) this.marks.delete(at);
  }

  #blank(index: number): void {
    this.cells[index] = (styleOf(this.cells[index] ?? 0) << codeBits) | space;
    this.marks.delete(index);
  }

  #combine(row: number, column: number, mark: string): void {
    if (this.#ascii || column <= 0 || column > this.columns || !/^[\p{Mn}\p{Me}]/u.test(mark)) return;
    const before = row * this.columns + column - 1;
    const index = codeOf(this.cells[before] ?? 0) === 0 ? before - 1 : before;
    if (codeOf(this.cells[index] ?? space) === space) return;
    const marks = this.marks.get(index) ?? '';
    if (Array.from(marks).length < marksKept) this.marks.set(index, marks + mark);
  }
}

/** How far a text is printable ASCII, which most of it is. */
function plainLength(text: string, most: number): number {
  let length = 0;
  for (; length < text.length && length < most; length++) {
    const code = text.charCodeAt(length);
    if (code < 0x20 || code > 0x7e) break;
  }
  return length;
}

function widthOf(character: string, code: number): number {
  // Blocks, lines and braille, which make up most of what is drawn; and control characters, shown as one `?`.
  if ((code >= 0x2500 && code < 0x25a0) || (code >= 0x2800 && code < 0x2900) || isControl(code)) return 1;
  return displayWidth(character);
}

function isControl(code: number): boolean {
  return code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0xd800 && code < 0xe000);
}
