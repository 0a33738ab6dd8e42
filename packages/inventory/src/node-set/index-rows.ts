// Collects the indices of many names of one pattern, column by column, and makes a set of them at the end.

import { RangeSet } from '../range-set/range-set.ts';
import { add, type Rank } from '../range-set/rank.ts';
import { boundsOfRanks } from '../range-set/runs.ts';
import { type IndexSet, IndexTreeBuilder } from './index-tree.ts';

export class IndexRows {
  /** `columns[d][row]` is the rank of the index `d` of a name. */
  readonly columns: readonly Rank[][];

  /** @param width how many indices a name has, at least one */
  constructor(width: number) {
    this.columns = Array.from({ length: width }, () => []);
  }

  build(): IndexSet {
    const [first = [], ...others] = this.columns;
    if (others.length === 0) return new RangeSet(boundsOfRanks(numbersOf(first) ?? first));
    const order = Uint32Array.from(first.keys());
    order.sort((a, b) => this.#compare(a, b));
    return this.#buildTree(order, 0);
  }

  #compare(a: number, b: number): number {
    for (const column of this.columns) {
      const [x = 0, y = 0] = [column[a], column[b]];
      if (x !== y) return x < y ? -1 : 1;
    }
    return 0;
  }

  /** @param order rows that agree in all columns before `depth`, sorted */
  #buildTree(order: Uint32Array, depth: number): IndexSet {
    const column = this.columns[depth] ?? [];
    if (depth === this.columns.length - 1) {
      return new RangeSet(boundsOfRanks(Array.from(order, (row) => column[row] ?? 0)));
    }
    const built = new IndexTreeBuilder();
    let start = 0;
    while (start < order.length) {
      const rank = column[order[start] ?? 0] ?? 0;
      let end = start + 1;
      while (end < order.length && column[order[end] ?? 0] === rank) end++;
      built.push(rank, add(rank, 1), this.#buildTree(order.subarray(start, end), depth + 1));
      start = end;
    }
    return built.build();
  }
}

/** Typed arrays sort several times faster, but hold no bigints. */
function numbersOf(ranks: readonly Rank[]): Float64Array | undefined {
  const numbers = new Float64Array(ranks.length);
  for (let i = 0; i < ranks.length; i++) {
    const rank = ranks[i];
    if (typeof rank !== 'number') return undefined;
    numbers[i] = rank;
  }
  return numbers;
}
