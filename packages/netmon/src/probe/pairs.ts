// Which pairs of nodes are measured, and in what order, so that no node is in two measurements at a time.

export interface Pair {
  /** Sends. */
  readonly from: string;
  /** Receives. */
  readonly to: string;
}

/** `ring`: each node sends to the next, so each sends once and receives once. `all`: each to every other. */
export function pairsOf(nodes: readonly string[], how: 'ring' | 'all'): readonly Pair[] {
  if (nodes.length < 2) return [];
  if (how === 'all') {
    return nodes.flatMap((from) => nodes.filter((to) => to !== from).map((to) => ({ from, to })));
  }
  return nodes.map((from, at) => ({ from, to: nodes[(at + 1) % nodes.length] ?? from }));
}

/** Runs `measure` for each pair, at most so many at a time, and never two that share a node. */
export async function measureInTurn<Result>(
  pairs: readonly Pair[],
  most: number,
  measure: (pair: Pair) => Promise<Result>,
): Promise<readonly Result[]> {
  const busy = new Set<string>();
  const results = new Map<Pair, Result>();
  const waiting = new Set(pairs);
  const running = new Set<Promise<void>>();
  const start = async (pair: Pair) => {
    try {
      results.set(pair, await measure(pair));
    } finally {
      busy.delete(pair.from);
      busy.delete(pair.to);
    }
  };
  while (waiting.size > 0 || running.size > 0) {
    for (const pair of waiting) {
      if (running.size >= most) break;
      if (busy.has(pair.from) || busy.has(pair.to)) continue;
      waiting.delete(pair);
      busy.add(pair.from).add(pair.to);
      const run: Promise<void> = start(pair).finally(() => running.delete(run));
      running.add(run);
    }
    await Promise.race(running);
  }
  return pairs.flatMap((pair) => results.get(pair) ?? []);
}
