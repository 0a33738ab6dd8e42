// From what the terminal shows to the next frame with as few bytes as it takes: only cells that changed, runs of one style
// together, short ways for the cursor. A frame is one synchronized update, so that none is seen half drawn.
import type { ColorLevel } from '@heorot/cli';
import { CellBuffer, codeOf, styleOf } from './cell-buffer.ts';
import { OutputBytes } from './output-bytes.ts';
import { selectStyle } from './style.ts';

/** Mode 2026 (synchronized output); a terminal that does not know it ignores it. */
const beginUpdate = '\u001b[?2026h';
const endUpdate = '\u001b[?2026l';
const clearScreen = '\u001b[m\u001b[2J';
const eraseToEndOfLine = '\u001b[K';
const blank = 0x20;
/** Writing a few cells again is shorter than moving over them. */
const gapRewritten = 4;
/** Erasing takes three bytes, and the style of blanks perhaps three more. */
const blanksErased = 6;

export interface FrameWriterOptions {
  readonly colorLevel: ColorLevel;
  readonly ascii?: boolean;
}

export class FrameWriter {
  readonly #level: ColorLevel;
  readonly #ascii: boolean;
  readonly #out = new OutputBytes();
  /** Control sequences by style, as they are asked for. */
  readonly #sequences: string[] = [];
  #shown: CellBuffer;
  #next: CellBuffer;
  /** False when the terminal may show anything: at the start, and after a resize or another program. */
  #known = false;
  /** Where the cursor is, and the style that is selected; -1 = not known. */
  #row = -1;
  #column = -1;
  #style = -1;

  constructor({ colorLevel, ascii = false }: FrameWriterOptions) {
    this.#level = colorLevel;
    this.#ascii = ascii;
    this.#shown = new CellBuffer(0, 0);
    this.#next = new CellBuffer(0, 0);
  }

  /** A blank frame of that size to draw into. */
  begin(columns: number, rows: number): CellBuffer {
    if (this.#next.columns !== columns || this.#next.rows !== rows) {
      this.#next = new CellBuffer(columns, rows, { ascii: this.#ascii });
    } else this.#next.clear();
    return this.#next;
  }

  /** The terminal shows something else now: the next frame is written whole. */
  forget(): void {
    this.#known = false;
  }

  /** What brings the terminal to the frame that {@link begin} gave; empty when it shows it already. */
  finish(): Uint8Array {
    const next = this.#next;
    const sameSize = next.columns === this.#shown.columns && next.rows === this.#shown.rows;
    if (!sameSize) this.#shown = new CellBuffer(next.columns, next.rows);
    const whole = !this.#known || !sameSize;
    this.#out.ascii(beginUpdate);
    if (whole) {
      this.#shown.clear();
      this.#out.ascii(clearScreen);
      this.#style = 0;
    }
    // Between two frames others may have written: resizing moves the cursor, and so do messages.
    this.#row = -1;
    const before = this.#out.length;
    for (let row = 0; row < next.rows; row++) this.#writeRow(row);
    const changed = whole || this.#out.length > before;
    if (this.#style !== 0) this.#select(0);
    this.#out.ascii(endUpdate);
    this.#next = this.#shown;
    this.#shown = next;
    this.#known = true;
    const bytes = this.#out.take();
    return changed ? bytes : new Uint8Array(0);
  }

  #writeRow(row: number): void {
    const { columns } = this.#next;
    const from = row * columns;
    const next = this.#next.cells;
    const shown = this.#shown.cells;
    const marked = this.#next.marks.size > 0 || this.#shown.marks.size > 0;
    let blanksFrom = -1;
    for (let column = 0; column < columns; column++) {
      const at = from + column;
      if (next[at] === shown[at] && !(marked && this.#next.marks.get(at) !== this.#shown.marks.get(at)))
        continue;
      // The right half of a wide character is written with its left half.
      if (codeOf(next[at] ?? blank) === 0) continue;
      if (blanksFrom < 0) blanksFrom = startOfBlanks(next, from, columns);
      if (column >= blanksFrom - from && columns - column >= blanksErased) {
        // Blanks before it may be erased once more, which saves the way over them.
        const isThere = row === this.#row && this.#column === blanksFrom - from;
        return this.#eraseFrom(row, isThere ? this.#column : column);
      }
      if (row !== this.#row || column !== this.#column) this.#moveTo(row, column);
      this.#write(at, column, marked);
    }
  }

  /** Moves on in the same row where that is shorter; else by row and column (CUP). */
  #moveTo(row: number, column: number): void {
    const gap = column - this.#column;
    if (row === this.#row && gap > 0 && this.#column >= 0) {
      if (gap <= gapRewritten && this.#isPlainRun(row, this.#column, column)) {
        for (let at = this.#column; at < column; at++) {
          this.#out.codePoint(codeOf(this.#next.cells[row * this.#next.columns + at] ?? blank));
        }
      } else this.#out.ascii(gap === 1 ? '\u001b[C' : `\u001b[${gap}C`);
    } else this.#out.ascii(column === 0 ? `\u001b[${row + 1}H` : `\u001b[${row + 1};${column + 1}H`);
    this.#row = row;
    this.#column = column;
  }

  /** ASCII in the selected style: nothing to think about. */
  #isPlainRun(row: number, from: number, to: number): boolean {
    for (let column = from; column < to; column++) {
      const at = row * this.#next.columns + column;
      const cell = this.#next.cells[at] ?? blank;
      const code = codeOf(cell);
      if (styleOf(cell) !== this.#style || code < 0x20 || code > 0x7e || this.#next.marks.has(at))
        return false;
    }
    return true;
  }

  #write(at: number, column: number, marked: boolean): void {
    const { cells, marks, columns } = this.#next;
    const cell = cells[at] ?? blank;
    const style = styleOf(cell);
    if (style !== this.#style) this.#select(style);
    this.#out.codePoint(codeOf(cell));
    const mark = marked ? marks.get(at) : undefined;
    if (mark !== undefined) this.#out.text(mark);
    const wide = column + 1 < columns && codeOf(cells[at + 1] ?? blank) === 0;
    const end = column + (wide ? 2 : 1);
    // Terminals differ in the width of what is wide or combined, and in where the cursor is behind the last column.
    this.#column = wide || mark !== undefined || end >= columns ? -1 : end;
    if (this.#column < 0) this.#row = -1;
  }

  #eraseFrom(row: number, column: number): void {
    if (row !== this.#row || column !== this.#column) this.#moveTo(row, column);
    this.#select(0);
    this.#out.ascii(eraseToEndOfLine);
  }

  #select(style: number): void {
    if (style === this.#style) return;
    const sequence = this.#sequences[style] ?? selectStyle(style, this.#level);
    this.#sequences[style] = sequence;
    this.#out.ascii(sequence);
    this.#style = style;
  }
}

/** From where on a row is plain blanks. */
function startOfBlanks(cells: Uint32Array, from: number, columns: number): number {
  let at = from + columns;
  while (at > from && cells[at - 1] === blank) at -= 1;
  return at;
}
