// One-dimensional sets of indices: the skeleton of its interface, filled in by the commits that follow.
export interface RangeSet {
  readonly size: bigint;
}
