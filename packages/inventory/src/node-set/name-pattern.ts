// What names of one kind share: `r1n2-ib0` and `r20n5-ib1` are both `r·n·-ib·`, a dot for each index.

/** One more literal than there are indices; a name without digits has one literal and no index. */
export interface NamePattern {
  readonly literals: readonly string[];
  /** Equal for equal patterns; its order is the order of node sets: the shorter one first, then by code. */
  readonly key: string;
}

/** Stands for an index in a pattern's key; sorts before all that a name may hold. */
const INDEX = '\0';

export function patternOf(literals: readonly string[]): NamePattern {
  return { literals, key: literals.join(INDEX) };
}

export function splitName(name: string): {
  readonly pattern: NamePattern;
  readonly indices: readonly string[];
} {
  return { pattern: patternOf(name.split(/[0-9]+/)), indices: name.match(/[0-9]+/g) ?? [] };
}

/** The pattern with texts (an index, or ranges in brackets) in the places of its indices. */
export function fillPattern({ literals }: NamePattern, texts: readonly string[]): string {
  let name = literals[0] ?? '';
  for (let i = 1; i < literals.length; i++) name += `${texts[i - 1] ?? ''}${literals[i] ?? ''}`;
  return name;
}
