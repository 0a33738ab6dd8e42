// The shortest edit script between two sequences, after E. W. Myers, "An O(ND) Difference Algorithm and Its Variations",
// Algorithmica 1 (1986), in its linear-space form. Knows nothing of lines: it compares numbers.

/** `from` of the first sequence up to `to` is replaced by `otherFrom` up to `otherTo` of the second. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly otherFrom: number;
  readonly otherTo: number;
}

/** Past this many differing lines within one part, the part is told as replaced as a whole: time stays bounded. */
const costLimit = 4000;

/**
 * The edits that make `b` of `a`, in order, not touching each other.
 * @example editScript([1, 2, 3], [1, 3]) // [{from: 1, to: 2, otherFrom: 1, otherTo: 1}]
 */
export function editScript(a: readonly number[], b: readonly number[]): readonly Edit[] {
  // Lines that the other side lacks altogether are in no common subsequence: leaving them out changes nothing but the time.
  const left = positionsOfShared(a, new Set(b));
  const right = positionsOfShared(b, new Set(a));
  const pairs: [number, number][] = [];
  const search = new Search(
    left.map((at) => a[at] ?? 0),
    right.map((at) => b[at] ?? 0),
    (x, y) => pairs.push([left[x] ?? 0, right[y] ?? 0]),
  );
  search.compare(0, left.length, 0, right.length);
  return gaps(pairs, a.length, b.length);
}

function positionsOfShared(values: readonly number[], others: ReadonlySet<number>): number[] {
  const positions: number[] = [];
  for (const [at, value] of values.entries()) if (others.has(value)) positions.push(at);
  return positions;
}

/** What lies between matched pairs is what changed. */
function gaps(pairs: readonly (readonly [number, number])[], aLength: number, bLength: number): Edit[] {
  const edits: Edit[] = [];
  let from = 0;
  let otherFrom = 0;
  for (const [x, y] of [...pairs, [aLength, bLength] as const]) {
    if (x > from || y > otherFrom) edits.push({ from, to: x, otherFrom, otherTo: y });
    from = x + 1;
    otherFrom = y + 1;
  }
  return edits;
}

class Search {
  readonly #a: readonly number[];
  readonly #b: readonly number[];
  readonly #match: (x: number, y: number) => void;
  /** Furthest x on each diagonal, from both ends. */
  readonly #forward: Int32Array;
  readonly #backward: Int32Array;
  readonly #zero: number;

  constructor(a: readonly number[], b: readonly number[], match: (x: number, y: number) => void) {
    this.#a = a;
    this.#b = b;
    this.#match = match;
    this.#zero = b.length + 1;
    this.#forward = new Int32Array(a.length + b.length + 3);
    this.#backward = new Int32Array(a.length + b.length + 3);
  }

  /** Reports the matches within a[x0, x1) and b[y0, y1), in order. */
  compare(x0: number, x1: number, y0: number, y1: number): void {
    while (x0 < x1 && y0 < y1 && this.#a[x0] === this.#b[y0]) this.#match(x0++, y0++);
    let tail = 0;
    while (x0 < x1 - tail && y0 < y1 - tail && this.#a[x1 - tail - 1] === this.#b[y1 - tail - 1]) tail += 1;
    const split = x0 < x1 - tail && y0 < y1 - tail ? this.#middle(x0, x1 - tail, y0, y1 - tail) : undefined;
    if (split !== undefined) {
      this.compare(x0, split.x, y0, split.y);
      this.compare(split.x, x1 - tail, split.y, y1 - tail);
    }
    for (let back = tail; back > 0; back--) this.#match(x1 - back, y1 - back);
  }

  /** A point on a shortest path, found where the searches from both ends meet; undefined when that costs too much. */
  #middle(x0: number, x1: number, y0: number, y1: number): { x: number; y: number } | undefined {
    const forward = this.#forward;
    const backward = this.#backward;
    const zero = this.#zero;
    const start = x0 - y0;
    const end = x1 - y1;
    const odd = ((end - start) & 1) !== 0;
    forward[zero + start] = x0;
    backward[zero + end] = x1;
    let [low, high, backLow, backHigh] = [start, start, end, end];
    for (let cost = 1; cost <= costLimit; cost++) {
      // Diagonals run from x0 - y1 to x1 - y0; outside there is nothing to find.
      if (low > x0 - y1) forward[zero + --low - 1] = -1;
      else low += 1;
      if (high < x1 - y0) forward[zero + ++high + 1] = -1;
      else high -= 1;
      for (let k = high; k >= low; k -= 2) {
        const x = this.#slideForward(k, x1, y1);
        if (odd && backLow <= k && k <= backHigh && (backward[zero + k] ?? 0) <= x) return { x, y: x - k };
      }
      if (backLow > x0 - y1) backward[zero + --backLow - 1] = 0x7fffffff;
      else backLow += 1;
      if (backHigh < x1 - y0) backward[zero + ++backHigh + 1] = 0x7fffffff;
      else backHigh -= 1;
      for (let k = backHigh; k >= backLow; k -= 2) {
        const x = this.#slideBackward(k, x0, y0);
        if (!odd && low <= k && k <= high && x <= (forward[zero + k] ?? 0)) return { x, y: x - k };
      }
    }
    return undefined;
  }

  #slideForward(k: number, x1: number, y1: number): number {
    const below = this.#forward[this.#zero + k - 1] ?? -1;
    const above = this.#forward[this.#zero + k + 1] ?? -1;
    let x = below >= above ? below + 1 : above;
    while (x < x1 && x - k < y1 && this.#a[x] === this.#b[x - k]) x += 1;
    this.#forward[this.#zero + k] = x;
    return x;
  }

  #slideBackward(k: number, x0: number, y0: number): number {
    const below = this.#backward[this.#zero + k - 1] ?? 0x7fffffff;
    const above = this.#backward[this.#zero + k + 1] ?? 0x7fffffff;
    let x = below < above ? below : above - 1;
    while (x > x0 && x - k > y0 && this.#a[x - 1] === this.#b[x - 1 - k]) x -= 1;
    this.#backward[this.#zero + k] = x;
    return x;
  }
}
