// Sets of node names, kept as ranges by name pattern: a million consecutive nodes fold, unite and subtract as fast as one.
import type { RangeSet } from '../range-set/range-set.ts';
import { rankOf } from '../range-set/rank.ts';
import { runsOf } from '../range-set/runs.ts';
import {
  DIFFERENCE,
  INTERSECTION,
  type SetOperation,
  SYMMETRIC_DIFFERENCE,
  UNION,
} from '../range-set/set-operation.ts';
import { drawPositions } from './draw-positions.ts';
import { type Operand, type Operator, stepsOf } from './expression.ts';
import { contiguousParts, foldNames } from './fold-names.ts';
import type { FoldOptions } from './fold-options.ts';
import { combine, hasVector, sameSet, sliceOf, uniteAll } from './index-tree.ts';
import { collectNames } from './name-collector.ts';
import { splitName } from './name-pattern.ts';
import { namesOf } from './names-of.ts';
import { parseExpression } from './parse-expression.ts';
import { type NamePart, type PatternSet, patternSetOf } from './pattern-set.ts';
import { NodeSetSyntaxError } from './syntax-error.ts';

const OPERATIONS: Readonly<Record<Operator, SetOperation>> = {
  ',': UNION,
  '!': DIFFERENCE,
  '&': INTERSECTION,
  '^': SYMMETRIC_DIFFERENCE,
};

/**
 * An immutable set of node names. Iterates by pattern (prefix in code order), then width, then value of each index.
 *
 * @example NodeSet.parse('node[1-10]!node[3-5]').toString() // 'node[1-2,6-10]'
 */
export class NodeSet implements Iterable<string> {
  // `this`, since tsc 7 writes another name for the class here, one that has no value yet.
  static readonly empty = new this([]);

  /** None of them empty. */
  readonly #byPattern: ReadonlyMap<string, PatternSet>;
  #ordered: readonly PatternSet[] | undefined;

  private constructor(sets: Iterable<PatternSet>) {
    this.#byPattern = new Map(
      Iterator.from(sets)
        .filter(({ indices }) => !indices.isEmpty)
        .map((set) => [set.pattern.key, set]),
    );
  }

  /**
   * Evaluates an expression without groups and wildcards: `node[1-4],login1!node2`. Nothing is the empty set.
   * @throws NodeSetSyntaxError
   */
  static parse(text: string): NodeSet {
    const steps = stepsOf(parseExpression(text)).map(({ operator, operands }) => ({
      operator,
      set: NodeSet.ofNames(operands.map((operand) => partsOf(text, operand))),
    }));
    return NodeSet.combine(steps);
  }

  /** Works through operators from left to right; the first is `,`. */
  static combine(steps: readonly { readonly operator: Operator; readonly set: NodeSet }[]): NodeSet {
    return steps.reduce((left, { operator, set }) => left.#combine(set, OPERATIONS[operator]), NodeSet.empty);
  }

  /** The union of names as parsed, which are not checked here. */
  static ofNames(names: readonly (readonly NamePart[])[]): NodeSet {
    const plain: string[] = [];
    const ranged: NodeSet[] = [];
    for (const parts of names) {
      if (parts.length === 1 && typeof parts[0] === 'string') plain.push(parts[0]);
      else ranged.push(new NodeSet([patternSetOf(parts)]));
    }
    return NodeSet.union([new NodeSet(collectNames(plain, () => undefined)), ...ranged]);
  }

  /**
   * The set of these plain names, which hold no brackets and no operators; made for millions of them.
   * @throws HeorotError `host-name-invalid`
   */
  static from(names: Iterable<string>): NodeSet {
    return new NodeSet(collectNames(names));
  }

  /** The union of many sets, faster than one by one. */
  static union(sets: readonly NodeSet[]): NodeSet {
    if (sets.length === 1 && sets[0]) return sets[0];
    const groups = Map.groupBy(
      sets.flatMap((set) => [...set.#byPattern.values()]),
      ({ pattern }) => pattern.key,
    );
    return new NodeSet(
      groups
        .values()
        .flatMap((group) =>
          group
            .slice(0, 1)
            .map(({ pattern }) => ({ pattern, indices: uniteAll(group.map((set) => set.indices)) })),
        ),
    );
  }

  /** Index sets by pattern, in order. */
  get patterns(): readonly PatternSet[] {
    this.#ordered ??= [...this.#byPattern.values()].toSorted((a, b) =>
      a.pattern.key < b.pattern.key ? -1 : 1,
    );
    return this.#ordered;
  }

  /** How many nodes. */
  get size(): bigint {
    return this.#byPattern.values().reduce((sum, { indices }) => sum + indices.size, 0n);
  }

  get isEmpty(): boolean {
    return this.#byPattern.size === 0;
  }

  has(name: string): boolean {
    const { pattern, indices } = splitName(name);
    const found = this.#byPattern.get(pattern.key);
    return found !== undefined && hasVector(found.indices, indices.map(rankOf));
  }

  union(other: NodeSet): NodeSet {
    return this.#combine(other, UNION);
  }
  difference(other: NodeSet): NodeSet {
    return this.#combine(other, DIFFERENCE);
  }
  intersection(other: NodeSet): NodeSet {
    return this.#combine(other, INTERSECTION);
  }
  symmetricDifference(other: NodeSet): NodeSet {
    return this.#combine(other, SYMMETRIC_DIFFERENCE);
  }

  #combine(other: NodeSet, operation: SetOperation): NodeSet {
    const keys = new Set([...this.#byPattern.keys(), ...other.#byPattern.keys()]);
    return new NodeSet(
      keys.values().flatMap((key) => {
        const [left, right] = [this.#byPattern.get(key), other.#byPattern.get(key)];
        if (left && right) {
          return [{ pattern: left.pattern, indices: combine(left.indices, right.indices, operation) }];
        }
        if (left) return operation.left ? [left] : [];
        return right && operation.right ? [right] : [];
      }),
    );
  }

  equals(other: NodeSet): boolean {
    if (this.#byPattern.size !== other.#byPattern.size) return false;
    return this.#byPattern.entries().every(([key, { indices }]) => {
      const found = other.#byPattern.get(key);
      return found !== undefined && sameSet(indices, found.indices);
    });
  }
  isSubsetOf(other: NodeSet): boolean {
    return this.difference(other).isEmpty;
  }
  isSupersetOf(other: NodeSet): boolean {
    return other.isSubsetOf(this);
  }
  isDisjointFrom(other: NodeSet): boolean {
    return this.intersection(other).isEmpty;
  }

  [Symbol.iterator](): Generator<string> {
    return namesOf(this.patterns);
  }

  /** The folded text, `node[1-3,5]`; reading it back gives an equal set. */
  toString(options: FoldOptions = {}): string {
    return foldNames(this.patterns, this.size, options).join(',');
  }

  /** The node at a position in iteration order, from 0; undefined past the end. */
  at(position: number | bigint): string | undefined {
    const [name] = this.slice(BigInt(position), BigInt(position) + 1n);
    return name;
  }

  /** The nodes at positions `start` up to, not including, `end`. */
  slice(start: number | bigint, end: number | bigint = this.size): NodeSet {
    let position = 0n;
    return new NodeSet(
      this.patterns.map(({ pattern, indices }) => {
        const from = BigInt(start) - position;
        const to = BigInt(end) - position;
        position += indices.size;
        return { pattern, indices: sliceOf(indices, from, to) };
      }),
    );
  }

  /** The nodes at these positions, from 0: what `nodeset -I 0-2,7` prints. */
  pickPositions(positions: RangeSet): NodeSet {
    const runs = Array.from(runsOf(positions.bounds), ({ first, last }) =>
      this.slice(first, BigInt(last) + 1n),
    );
    return NodeSet.union(runs);
  }

  /** Parts of nearly equal size, the larger ones first; at most `count`, none of them empty. */
  split(count: number): NodeSet[] {
    const parts = this.size < BigInt(count) ? this.size : BigInt(count);
    const startOf = (part: bigint) => {
      const larger = this.size % parts;
      return (this.size / parts) * part + (part < larger ? part : larger);
    };
    return Array.from({ length: Number(parts) }, (_, i) =>
      this.slice(startOf(BigInt(i)), startOf(BigInt(i) + 1n)),
    );
  }

  /** The parts that are written with one range for each index. */
  contiguous(): NodeSet[] {
    return contiguousParts(this.patterns).map((part) => new NodeSet([part]));
  }

  /**
   * So many nodes drawn without repetition; all of them if there are no more.
   * @param random gives numbers in [0, 1), as Math.random does
   */
  pick(count: number, random: () => number): NodeSet {
    if (BigInt(count) >= this.size) return this;
    return NodeSet.from(drawPositions(count, this.size, random).map((position) => this.at(position) ?? ''));
  }
}

function partsOf(text: string, operand: Operand): readonly NamePart[] {
  if (operand.kind === 'names') return operand.parts;
  const what = operand.kind === 'wildcard' ? 'a wildcard' : 'a group';
  throw new NodeSetSyntaxError(
    text,
    operand.offset,
    `${what} cannot stand here`,
    'write the names of the nodes',
  );
}
