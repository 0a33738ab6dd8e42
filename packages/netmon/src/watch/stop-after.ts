// When `netmon watch` ends by itself: after a time, or when every node that answers has told its rates so often.
import type { ClusterState } from '../live/cluster-state.ts';

export interface StopLimits {
  readonly forMs: number | undefined;
  /** Samples with rates, of each node. */
  readonly count: number | undefined;
}

/** Its signal aborts when it is time; without limits it never does. */
export function stopAfter(
  cluster: ClusterState,
  { forMs, count }: StopLimits,
): Disposable & { readonly signal: AbortSignal } {
  const end = new AbortController();
  const timer = forMs === undefined ? undefined : setTimeout(() => end.abort(), forMs);
  const told = new Map<string, number>();
  const check = () => {
    if (count === undefined) return;
    const waiting = cluster.nodes.some(
      ({ node, contact }) => contact.state !== 'down' && (told.get(node) ?? 0) < count,
    );
    if (!waiting) end.abort();
  };
  const listening = cluster.listen({
    samples: ([first]) => {
      if (first === undefined || first.seconds === null) return;
      const before = told.get(first.node) ?? 0;
      told.set(first.node, before + 1);
      if (before + 1 === count) check();
    },
    contact: ({ state }) => {
      if (state === 'down') check();
    },
  });
  return {
    signal: end.signal,
    [Symbol.dispose]: () => {
      clearTimeout(timer);
      listening[Symbol.dispose]();
    },
  };
}
