// Local files and folders to a folder on each node.
import { randomBytes } from 'node:crypto';
import type { CopyOptions, CopyRun } from '../engine/fanout.ts';
import type { SessionPool } from '../engine/session-pool.ts';
import type { Target } from '../model/target.ts';
import { BlockCache } from './block-cache.ts';
import { shownName } from './byte-name.ts';
import { NodeCopies } from './copy-run.ts';
import { DigestThread } from './digest-thread.ts';
import { FileDigests } from './file-digests.ts';
import { type PushJob, pushToNode } from './push-node.ts';
import { readSourceTree } from './source-tree.ts';

export function copyToNodes(
  pool: SessionPool,
  targets: readonly Target[],
  what: { readonly sources: readonly string[]; readonly destination: string },
  options: CopyOptions,
): CopyRun {
  return new NodeCopies<PushJob>(
    pool,
    targets,
    {
      async prepare() {
        const blocks = new BlockCache();
        const digests = new FileDigests(blocks, new DigestThread());
        const tree = await readSourceTree(what.sources);
        const run = randomBytes(4).toString('hex');
        return { tree, destination: what.destination, resume: options.resume ?? true, run, blocks, digests };
      },
      async onNode(context, job, report, note) {
        for (const path of job.tree.leftOut) note(`${shownName(path)} is no file, folder or link: left out`);
        await pushToNode(context, job, report);
      },
    },
    options,
  );
}
