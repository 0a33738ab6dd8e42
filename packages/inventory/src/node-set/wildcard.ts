// Wildcards against known nodes: `*` any characters, `?` one, `[1-3]` an index of the ranges. Nothing is enumerated but
// the nodes matched against.
import { RangeSet } from '../range-set/range-set.ts';
import { NodeSet } from './node-set.ts';
import type { NamePart } from './pattern-set.ts';

export function matchWildcard(parts: readonly NamePart[], nodes: NodeSet): NodeSet {
  const tokens = parts.flatMap<NamePart>((part) =>
    typeof part === 'string' ? part.split(/([*?])/).filter(Boolean) : [part],
  );
  if (tokens.length === 1 && tokens[0] === '*') return nodes;
  return NodeSet.from(Iterator.from(nodes).filter((name) => matches(name, tokens)));
}

/** Follows all possible ends at once, so that no pattern makes it slow. */
function matches(name: string, tokens: readonly NamePart[]): boolean {
  let ends: ReadonlySet<number> = new Set([0]);
  for (const token of tokens) {
    ends = new Set(ends.values().flatMap((at) => endsOf(token, name, at)));
    if (ends.size === 0) return false;
  }
  return ends.has(name.length);
}

/** Where in the name a token that begins at `at` may end. */
function endsOf(token: NamePart, name: string, at: number): readonly number[] {
  if (token === '?') return at < name.length ? [at + 1] : [];
  if (token === '*') return Array.from({ length: name.length - at + 1 }, (_, i) => at + i);
  if (typeof token === 'string') return name.startsWith(token, at) ? [at + token.length] : [];
  const digits = /^[0-9]*/.exec(name.slice(at))?.[0].length ?? 0;
  const ends = Array.from({ length: digits }, (_, i) => at + i + 1);
  return ends.filter((end) => token instanceof RangeSet && token.has(name.slice(at, end)));
}
