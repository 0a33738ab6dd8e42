// The plan as a node fetches it: for whom it is, then the steps, then the signature.
import type { KeyObject } from 'node:crypto';
import { type PlanStep, wordsOf } from './plan-step.ts';
import { signDocument } from './signed-document.ts';
import { line } from './words.ts';

/** Binds a document to one machine, one deployment and one boot of the machine. */
export interface Binding {
  readonly node: string;
  readonly mac: string;
  readonly deployment: string;
  /** Made by the node at this boot. */
  readonly nonce: string;
}

export interface PlanDocument extends Binding {
  readonly action: 'deploy' | 'rescue' | 'discover';
  readonly steps: readonly PlanStep[];
}

/** The document, signed. */
export function signPlan({ action, steps, ...binding }: PlanDocument, key: KeyObject): string {
  return signDocument(
    [
      line('heorot-plan', 1),
      ...Object.entries(binding).map(([name, value]) => line(name, value)),
      line('action', action),
      ...steps.map((step) => line(...wordsOf(step))),
    ],
    key,
  );
}
