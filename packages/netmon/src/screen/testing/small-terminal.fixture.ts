// A terminal as far as frames need one: the sequences that the frame writer sends, and nothing that it does not. What it
// does not know is an error, so that the writer cannot send what no terminal was asked about.
import { displayWidth } from '@heorot/cli';

export class SmallTerminal {
  readonly columns: number;
  readonly rows: number;
  /** A cell is its text with its style in front; the right half of a wide character is empty. */
  #cells: string[];
  #row = 0;
  #column = 0;
  #style = '';
  #inUpdate = false;

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.rows = rows;
    this.#cells = Array.from({ length: columns * rows }, () => ' ');
  }

  write(bytes: Uint8Array): void {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    // oxlint-disable-next-line no-control-regex -- it is the control sequences that are looked for
    for (const [piece] of text.matchAll(/\u001b\[([?\d;]*)([A-Za-z])|[^]/gu)) {
      if (piece.startsWith('\u001b')) this.#control(piece.slice(2, -1), piece.at(-1) ?? '');
      else this.#print(piece);
    }
    if (this.#inUpdate) throw new Error('the update was not ended');
  }

  cells(): readonly string[] {
    return this.#cells;
  }

  /** What another program, or a resize, may have left. */
  spoil(): void {
    this.#cells = this.#cells.map(() => '?');
    [this.#row, this.#column, this.#style] = [0, 0, '7'];
  }

  #control(parameters: string, final: string): void {
    const numbers = parameters.split(';').map(Number);
    switch (`${parameters.startsWith('?') ? '?' : ''}${final}`) {
      case '?h':
      case '?l':
        if (parameters !== '?2026') throw new Error(`mode ${parameters}`);
        this.#inUpdate = final === 'h';
        break;
      case 'm':
        this.#style = parameters.replace(/^0;?/, '');
        if (parameters !== '' && !parameters.startsWith('0;'))
          throw new Error(`adds to the style: ${parameters}`);
        break;
      case 'H':
        this.#row = (numbers[0] || 1) - 1;
        this.#column = (numbers[1] ?? 1) - 1;
        break;
      case 'C':
        this.#column += numbers[0] || 1;
        break;
      case 'J':
        this.#cells.fill(' ');
        break;
      case 'K':
        this.#clearUnder(this.#column, this.columns - this.#column);
        for (let at = this.#column; at < this.columns; at++) this.#cells[this.#index(at)] = ' ';
        break;
      default:
        throw new Error(`unknown: ${JSON.stringify(parameters + final)}`);
    }
  }

  #print(character: string): void {
    const width = displayWidth(character);
    if (width === 0) {
      const before = this.#column - (this.#cells[this.#index(this.#column - 1)] === '' ? 2 : 1);
      this.#cells[this.#index(before)] += character;
      return;
    }
    if (this.#column + width > this.columns) throw new Error('printed beyond the margin');
    this.#clearUnder(this.#column, width);
    this.#cells[this.#index(this.#column)] = this.#style === '' ? character : `<${this.#style}>${character}`;
    if (width === 2) this.#cells[this.#index(this.#column + 1)] = '';
    this.#column += width;
  }

  /** As terminals do: a wide character of which half is overwritten leaves a blank. */
  #clearUnder(column: number, width: number): void {
    const index = this.#index(column);
    if (this.#cells[index] === '' && column > 0) this.#cells[index - 1] = ' ';
    if (column + width < this.columns && this.#cells[index + width] === '') this.#cells[index + width] = ' ';
  }

  #index(column: number): number {
    return this.#row * this.columns + column;
  }
}
