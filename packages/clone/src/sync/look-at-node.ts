// The first half of a sync: what a node is, and what would have to change. Nothing is written.

import { quoteForSh } from '@heorot/fanout';
import { mountedFolders, readFacts } from '../capture/machine-facts.ts';
import { type Shell, textOf } from '../capture/node-shell.ts';
import type { Image } from '../image/image-layout.ts';
import { hashesOf, type NodeState, readState } from './node-state.ts';
import { planSync, type SyncPlan, suspiciousFiles, type Tree } from './plan-sync.ts';

export interface SyncTarget {
  readonly image: Image;
  readonly root: string;
  readonly owned: (path: string) => boolean;
  readonly overwrite: boolean;
  readonly owners: boolean;
  /** An image of the store by what /etc/heorot/image says; `undefined` when it is not there any more. */
  readonly baseOf: (recorded: string) => Promise<Image | undefined>;
}

export interface Look {
  readonly state: NodeState;
  readonly base: Image | undefined;
  readonly plan: SyncPlan;
  /** Bytes that the node has sent. */
  readonly bytes: number;
}

export async function lookAtNode(shell: Shell, target: SyncTarget): Promise<Look> {
  const { image, root, owned, overwrite, owners, baseOf } = target;
  let bytes = 0;
  const count = (more: number): void => {
    bytes += more;
  };
  const mounts = `cd -- ${quoteForSh(root)} && printf '\\n@@ root\\n' && pwd -P && printf '\\n@@ mounts\\n' && cat /proc/self/mountinfo`;
  const facts = readFacts(await textOf(shell.run(mounts)));
  const state = await readState(shell, root, mountedFolders(facts), count);
  const base = await baseOf(state.image);
  const input = {
    node: state.files,
    wanted: treeOf(image),
    base: base === undefined ? undefined : treeOf(base),
    owned,
    overwrite,
    owners,
  };
  const hashes = await hashesOf(shell, root, suspiciousFiles(input), count);
  return { state, base, plan: planSync({ ...input, hashes }), bytes };
}

function treeOf({ files }: Image): Tree {
  return new Map(files.map((entry) => [entry.path, entry]));
}
