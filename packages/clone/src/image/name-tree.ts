// The last step of every way to an image: staged blobs become blobs of the store, and the signed name appears.
import type { Descriptor } from './blob-store.ts';
import { writeImage } from './image-layout.ts';
import { labels } from './labels.ts';
import type { WritableStore } from './open-store.ts';
import type { Staging } from './staging.ts';
import { fullDisk, type StoredTree } from './store-tree.ts';

export interface NamedTree {
  readonly name: string;
  /** As `uname -m` says it. */
  readonly machine: string;
  readonly tree: StoredTree;
  readonly staging: Staging;
  readonly labels: Readonly<Record<string, string>>;
}

export async function nameTree(
  { layout, privatePem }: WritableStore,
  { name, machine, tree, staging, labels: recorded }: NamedTree,
): Promise<Descriptor> {
  try {
    await staging.commit();
    const config = { architecture: architectureOf(machine), diffIds: [tree.diffId], labels: recorded };
    const annotations = { [labels.created]: recorded[labels.created] ?? '' };
    return await writeImage(layout, { ...tree, name, config, annotations }, privatePem);
  } catch (cause) {
    throw fullDisk(layout, cause) ?? cause;
  }
}

/** As OCI names them (Go's GOARCH). */
function architectureOf(machine: string): string {
  const names: Readonly<Record<string, string>> = { x86_64: 'amd64', aarch64: 'arm64', ppc64le: 'ppc64le' };
  return names[machine] ?? machine;
}
