// Slurm's side of a run that is followed: says which nodes wait, and gives up nodes whose job is gone before the run began there.
import type { CommandContext } from '@heorot/cli';
import type { Fanout, Target } from '@heorot/fanout';
import type { NodeView } from '../follow/node-view.ts';
import type { SpoolStore, StoredRun } from '../follow/spool-store.ts';
import { watchQueue } from '../slurm/watch-queue.ts';
import { stopOnNodes } from './stop-on-nodes.ts';

export interface QueuedRun {
  readonly run: StoredRun;
  readonly store: SpoolStore;
  readonly fanout: Fanout;
  readonly targets: readonly Target[];
  readonly views: ReadonlyMap<string, NodeView>;
  readonly fanoutWidth: number;
  readonly say: (text: string) => void;
}

const EVERY_MS = 5000;

/** Resolves when `signal` is aborted. */
export async function watchRunQueue(
  { run, store, fanout, targets, views, fanoutWidth, say }: QueuedRun,
  { env }: Pick<CommandContext, 'env'>,
  signal: AbortSignal,
): Promise<void> {
  const folders = new Map(store.nodes(run.header.id).map(({ node, folder }) => [node, folder]));
  await watchQueue(
    {
      run: run.header.id,
      everyMs: EVERY_MS,
      waiting: () => new Set([...views].filter(([, view]) => view.state === 'waiting').map(([node]) => node)),
      say,
      async gone(nodes) {
        // The node follows with `ended withdrawn`; where the run did begin meanwhile it is ended.
        const jobless = targets.filter(({ node }) => nodes.has(node));
        await stopOnNodes(fanout, jobless, folders, 'withdrawn', { fanout: fanoutWidth, signal });
      },
    },
    { env, signal },
  );
}
