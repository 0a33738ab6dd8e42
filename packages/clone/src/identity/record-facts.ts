// What a node runs now, into the inventory: the facts file, where the cluster file names one; `%image` is a label from then on.
import { userInfo } from 'node:os';
import { type Inventory, type NodeFacts, readFacts, setNodeFacts } from '@heorot/inventory';

export interface DeployedNode {
  readonly node: string;
  /** `base@2 sha256:...` */
  readonly image: string;
  /** `ssh-ed25519 AAAA...` a line. */
  readonly hostKeys: string;
}

/** Adds to what is known of the nodes; without a facts file nothing is written. */
export async function recordFacts(
  inventory: Inventory,
  nodes: readonly DeployedNode[],
  now: Date,
): Promise<void> {
  if (inventory.factsFile === undefined || nodes.length === 0) return;
  const { uid } = userInfo();
  const known = await readFacts(inventory.factsFile, uid);
  const facts = nodes.map(({ node, image, hostKeys }): readonly [string, NodeFacts] => {
    const before = known.get(node);
    const details = typeof before?.details === 'object' && before.details !== null ? before.details : {};
    return [
      node,
      {
        recordedAt: now.toISOString(),
        labels: { ...before?.labels, image: image.split(' ')[0] ?? '' },
        details: {
          ...details,
          deployed: { image, hostKeys: hostKeys.trim().split('\n'), at: now.toISOString() },
        },
      },
    ];
  });
  await setNodeFacts(inventory, new Map(facts), uid);
}
