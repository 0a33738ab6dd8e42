// What is to happen to one node, as it is shown and consented to; or why it may not.
import { createHash } from 'node:crypto';
import type { Identity } from '../identity/identity.ts';
import type { ClaimedDisk } from '../protocol/claim.ts';
import type { StoragePlan } from '../storage/storage-plan.ts';

/** The image as a plan names it. */
export interface PlannedImage {
  /** `base@2` */
  readonly name: string;
  /** Of its signed manifest. */
  readonly digest: string;
  readonly layer: { readonly digest: string; readonly size: number; readonly mediaType: string };
  /** Unpacked. */
  readonly bytes: number;
  readonly kernel: string | undefined;
  readonly initrd: string | undefined;
}

export interface NodePlan {
  readonly node: string;
  readonly mac: string;
  /** In the order of the storage plan, as the machine reported them last. */
  readonly disks: readonly ClaimedDisk[];
  readonly storage: StoragePlan;
  readonly image: PlannedImage;
  readonly identity: Identity;
  /** sha256 of the recipe's text, variables filled in. */
  readonly recipe: string;
  readonly power: string;
}

export type PlanResult =
  | { readonly kind: 'plan'; readonly plan: NodePlan }
  | { readonly kind: 'refused'; readonly node: string; readonly reasons: readonly string[] };

/** Over all that will run: what was shown is what runs, or the digest is another. */
export function planDigest(plans: readonly NodePlan[]): string {
  const ordered = [...plans].sort((a, b) => (a.node < b.node ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(ordered)).digest('hex');
}
