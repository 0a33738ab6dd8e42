// Lets a source run until every node has told its rates often enough or is known to be down; then stops it.
import type { LiveCluster } from '../live/live-cluster.ts';
import type { Source } from '../source/source.ts';

export interface CollectOnceOptions {
  /** How many readings with rates each node that answers should give. */
  readonly rated: number;
  /** The nodes that have not; becomes empty, unless the signal aborts before. */
  readonly open: Set<string>;
  readonly signal: AbortSignal;
}

export async function collectOnce(
  source: Source,
  cluster: LiveCluster,
  { rated, open, signal }: CollectOnceOptions,
): Promise<void> {
  const enough = new AbortController();
  const counts = new Map<string, number>();
  const done = (node: string) => {
    open.delete(node);
    if (open.size === 0) enough.abort();
  };
  using _ = cluster.listen({
    samples: ([first]) => {
      if (first === undefined || first.seconds === null) return;
      const count = (counts.get(first.node) ?? 0) + 1;
      counts.set(first.node, count);
      if (count >= rated) done(first.node);
    },
    contact: ({ node, state }) => {
      if (state === 'down') done(node);
    },
  });
  await source.run(cluster.accept, AbortSignal.any([signal, enough.signal]));
}
