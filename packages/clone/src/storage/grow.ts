// Shares free space among what may grow, in proportion to its size, none beyond its bound.

/** Something with a size in units (bytes, extents) that may become larger. */
export interface Growing {
  readonly size: number;
  readonly grow: boolean;
  /** `undefined` for no bound. */
  readonly max: number | undefined;
}

/**
 * The sizes after sharing `free` units; whole units, in the order given. What no one may take is left over.
 * @param free not negative
 */
export function grow(items: readonly Growing[], free: number): readonly number[] {
  const sizes = items.map(({ size }) => size);
  let left = Math.floor(free);
  for (;;) {
    const open = items.flatMap((item, index) =>
      item.grow && (sizes[index] ?? 0) < (item.max ?? Number.POSITIVE_INFINITY) ? [{ ...item, index }] : [],
    );
    if (left <= 0 || open.length === 0) return sizes;
    const weights = open.reduce((sum, { size }) => sum + Math.max(size, 1), 0);
    let given = 0;
    for (const { size, max, index } of open) {
      const share = Math.floor((left * Math.max(size, 1)) / weights);
      const room = (max ?? Number.POSITIVE_INFINITY) - (sizes[index] ?? 0);
      const more = Math.min(share, room);
      sizes[index] = (sizes[index] ?? 0) + more;
      given += more;
    }
    // Rounding left less than one unit each: the first takes what is left.
    if (given === 0) {
      const [first] = open;
      if (first !== undefined) {
        const room = (first.max ?? Number.POSITIVE_INFINITY) - (sizes[first.index] ?? 0);
        given = Math.min(left, room);
        sizes[first.index] = (sizes[first.index] ?? 0) + given;
      }
    }
    left -= given;
  }
}
