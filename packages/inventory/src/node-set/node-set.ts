// Sets of node names, kept as ranges: the skeleton of its interface, filled in by the commits that follow.
import type { RangeSet } from '../range-set/range-set.ts';

/** From how many members on a step (`1-7/2`) is written: a number, a share of the whole set, or only when all fit one (`auto`). */
export type Autostep = number | 'auto' | `${number}%`;

export interface FoldOptions {
  readonly autostep?: Autostep | undefined;
  /** The dimensions that may fold, from 1, negative ones from the end; default: all. */
  readonly axis?: readonly number[] | undefined;
}

/** An immutable set of node names: iterates in the order prefix (code order), width, value. */
export interface NodeSet extends Iterable<string> {
  /** How many nodes. */
  readonly size: bigint;
  readonly isEmpty: boolean;
  has(name: string): boolean;
  equals(other: NodeSet): boolean;
  isSubsetOf(other: NodeSet): boolean;
  isSupersetOf(other: NodeSet): boolean;
  isDisjointFrom(other: NodeSet): boolean;
  union(other: NodeSet): NodeSet;
  difference(other: NodeSet): NodeSet;
  intersection(other: NodeSet): NodeSet;
  symmetricDifference(other: NodeSet): NodeSet;
  /** The folded text: `node[1-3,5]`. */
  toString(options?: FoldOptions): string;
  /** The node at a position in iteration order; undefined past the end. */
  at(position: number | bigint): string | undefined;
  /** Nodes from `start` up to, not including, `end`. */
  slice(start: number | bigint, end?: number | bigint): NodeSet;
  /** The nodes at these positions, from 0 (`-I 0-2,7`). */
  pickPositions(positions: RangeSet): NodeSet;
  /** At most `count` parts of nearly equal size, the larger ones first. */
  split(count: number): NodeSet[];
  /** The parts that are one contiguous range each. */
  contiguous(): NodeSet[];
  /** `count` nodes drawn without repetition. @param random a number in [0, 1), such as Math.random */
  pick(count: number, random: () => number): NodeSet;
}

export interface NodeSetConstructor {
  readonly empty: NodeSet;
  /** Parses an expression without groups and wildcards. @throws NodeSetSyntaxError */
  parse(text: string): NodeSet;
  /** A set of plain names (no brackets). @throws HeorotError `host-name-invalid` */
  from(names: Iterable<string>): NodeSet;
}
