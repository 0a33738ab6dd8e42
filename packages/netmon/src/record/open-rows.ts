// Rows that wait for their block to be full: of each cell what differs from the row before, as bytes. A thousand nodes wait
// for minutes; as objects their readings would take a gigabyte.
import { ByteSink, ByteSource } from './bytes.ts';
import type { Cell } from './column.ts';

/** What is unknown; all else is one more than itself. */
const unknown = 0n;

export class OpenRows {
  readonly #bytes = new ByteSink();
  #width = 0;
  #last: bigint[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** All of the same length. */
  append(cells: readonly Cell[]): void {
    this.#width = cells.length;
    this.#count += 1;
    for (const [at, cell] of cells.entries()) {
      if (cell === null) {
        this.#bytes.varint(unknown);
        continue;
      }
      const grown = BigInt.asIntN(64, cell - (this.#last[at] ?? 0n));
      this.#bytes.varint(1n + (grown < 0n ? -2n * grown - 1n : 2n * grown));
      this.#last[at] = cell;
    }
  }

  rows(): readonly (readonly Cell[])[] {
    const source = new ByteSource(this.#bytes.done());
    const last: bigint[] = [];
    return Array.from({ length: this.#count }, () =>
      Array.from({ length: this.#width }, (_, at): Cell => {
        const word = source.varint();
        if (word === unknown) return null;
        const folded = word - 1n;
        const grown = (folded & 1n) === 1n ? -(folded >> 1n) - 1n : folded >> 1n;
        const cell = BigInt.asUintN(64, (last[at] ?? 0n) + grown);
        last[at] = cell;
        return cell;
      }),
    );
  }
}
