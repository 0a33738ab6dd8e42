// Files and folders of each node into a folder of its own on this machine.
import { resolve } from 'node:path';
import type { CopyOptions, CopyRun } from '../engine/fanout.ts';
import type { SessionPool } from '../engine/session-pool.ts';
import type { Target } from '../model/target.ts';
import { BlockCache } from './block-cache.ts';
import { joinNames, nameOfText } from './byte-name.ts';
import { NodeCopies } from './copy-run.ts';
import { DigestThread } from './digest-thread.ts';
import { type FetchJob, fetchFromNode } from './fetch-node.ts';
import { FileDigests } from './file-digests.ts';
import { nodeSource } from './node-listing.ts';

export function fetchFromNodes(
  pool: SessionPool,
  targets: readonly Target[],
  what: { readonly sources: readonly string[]; readonly destination: string },
  options: CopyOptions,
): CopyRun {
  const thread = new DigestThread();
  const folder = nameOfText(resolve(what.destination));
  return new NodeCopies<Omit<FetchJob, 'root' | 'blocks' | 'digests'>>(
    pool,
    targets,
    {
      prepare: async () => ({ sources: what.sources.map(nodeSource), resume: options.resume ?? true }),
      async onNode(context, job, report, note) {
        // What is here differs from node to node, and from moment to moment: nothing is shared.
        const blocks = new BlockCache();
        const root = joinNames(folder, nameOfText(context.task.target.node));
        await fetchFromNode(
          context,
          { ...job, root, blocks, digests: new FileDigests(blocks, thread) },
          report,
          note,
        );
      },
    },
    options,
  );
}
