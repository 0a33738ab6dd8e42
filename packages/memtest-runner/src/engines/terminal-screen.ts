// The screen behind a stream of text with ANSI escape sequences (ECMA-48), as far as a fixed-size status screen uses
// them: cursor addressing, clearing. Colours and everything else are skipped.

const ROWS = 25;
const COLUMNS = 80;

/** Text of each of the 25 lines when the stream has been shown. */
export function showOnScreen(stream: string): readonly string[] {
  const screen = new TerminalScreen();
  screen.write(stream);
  return screen.lines();
}

/** A screen that can be fed piece by piece; a sequence cut in two by the pieces is put together again. */
export class TerminalScreen {
  readonly #cells: string[][] = blank();
  #row = 0;
  #column = 0;
  #rest = '';

  write(text: string): void {
    const stream = this.#rest + text;
    let at = 0;
    while (at < stream.length) {
      if (stream[at] !== '\u001b') {
        this.#put(stream[at] ?? '');
        at++;
        continue;
      }
      const length = sequenceLength(stream, at);
      if (length === null) break;
      this.#obey(stream.slice(at, at + length));
      at += length;
    }
    this.#rest = stream.slice(at);
  }

  /** Number of the line with the cursor, from 0. */
  get row(): number {
    return this.#row;
  }

  line(row: number): string {
    return (this.#cells[row] ?? []).join('').trimEnd();
  }

  lines(): readonly string[] {
    return this.#cells.map((_, row) => this.line(row));
  }

  #put(character: string): void {
    if (character === '\r') this.#column = 0;
    else if (character === '\n') this.#row = Math.min(ROWS - 1, this.#row + 1);
    else if (character === '\b') this.#column = Math.max(0, this.#column - 1);
    else if (character >= ' ') this.#draw(character);
  }

  #draw(character: string): void {
    const row = this.#cells[this.#row];
    if (row !== undefined && this.#column < COLUMNS) row[this.#column] = character;
    this.#column = Math.min(COLUMNS, this.#column + 1);
  }

  #obey(sequence: string): void {
    const numbers = sequence.slice(2, -1).split(';').map(Number);
    const [first = 0, second = 0] = numbers.map((each) => (Number.isNaN(each) ? 0 : each));
    switch (sequence.at(-1) ?? '') {
      case 'H':
      case 'f':
        this.#row = clamp(first - 1, ROWS);
        this.#column = clamp(second - 1, COLUMNS);
        break;
      case 'J':
        if (first === 2) this.#cells.splice(0, ROWS, ...blank());
        break;
      case 'K':
        this.#cells[this.#row]?.fill(' ', first === 0 ? this.#column : 0);
        break;
      default:
    }
  }
}

function blank(): string[][] {
  return Array.from({ length: ROWS }, () => Array.from({ length: COLUMNS }, () => ' '));
}

function clamp(value: number, size: number): number {
  return Math.max(0, Math.min(size - 1, value));
}

/** Length of the escape sequence at an offset; null if its end has not come yet. */
function sequenceLength(stream: string, at: number): number | null {
  if (at + 1 >= stream.length) return null;
  if (stream[at + 1] !== '[') return 2;
  for (let end = at + 2; end < stream.length; end++) {
    const code = stream.charCodeAt(end);
    // Parameters are 0x30-0x3f, intermediates 0x20-0x2f, the final byte 0x40-0x7e; anything else breaks the sequence off.
    if (code >= 0x40 && code <= 0x7e) return end - at + 1;
    if (code < 0x20 || code > 0x7e) return end - at;
  }
  return null;
}
