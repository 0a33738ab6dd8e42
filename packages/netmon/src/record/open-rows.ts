// Rows that wait for their block to be full: which cells differ from the row before, one bit each, and of those by how much. A
// thousand nodes wait for minutes; as objects their readings would take a gigabyte.
import { ByteSink, ByteSource } from './bytes.ts';
import type { Cell } from './column.ts';

/** What has become unknown; all else is one more than itself. */
const unknown = 0n;

export class OpenRows {
  readonly #bytes = new ByteSink();
  #last: Cell[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** All of the same length. */
  append(cells: readonly Cell[]): void {
    const last = this.#last;
    for (let from = 0; from < cells.length; from += 8) this.#bytes.byte(changes(cells, last, from));
    for (const [at, cell] of cells.entries()) {
      const before = last[at];
      if (cell === before) continue;
      this.#bytes.varint(cell === null ? unknown : 1n + folded(BigInt.asIntN(64, cell - (before ?? 0n))));
      last[at] = cell;
    }
    this.#count += 1;
  }

  rows(): readonly (readonly Cell[])[] {
    const source = new ByteSource(this.#bytes.done());
    let last: readonly Cell[] = this.#last.map(() => null);
    return Array.from({ length: this.#count }, () => {
      const mask = source.take(Math.ceil(last.length / 8));
      last = last.map((before, at): Cell => {
        if ((((mask[at >> 3] ?? 0) >> (at & 7)) & 1) === 0) return before;
        const word = source.varint();
        return word === unknown ? null : BigInt.asUintN(64, (before ?? 0n) + unfolded(word - 1n));
      });
      return last;
    });
  }
}

/** Of eight cells, those that differ: the first is the lowest bit. In the first row all do, being unlike undefined. */
function changes(cells: readonly Cell[], last: readonly Cell[], from: number): number {
  let mask = 0;
  for (let at = from; at < Math.min(from + 8, cells.length); at++) {
    if (cells[at] !== last[at]) mask |= 1 << (at - from);
  }
  return mask;
}

/** Small numbers of either sign as small numbers without one. */
const folded = (value: bigint) => (value < 0n ? -2n * value - 1n : 2n * value);
const unfolded = (value: bigint) => ((value & 1n) === 1n ? -(value >> 1n) - 1n : value >> 1n);
