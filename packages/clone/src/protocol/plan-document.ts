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

/** The lines of steps, as a plan holds them. */
export function stepLines(steps: readonly PlanStep[]): string {
  return steps.map((step) => `${line(...wordsOf(step))}\n`).join('');
}

/** The document, signed. @param steps as {@link stepLines} gives them */
export function signPlan(
  { node, mac, deployment, nonce }: Binding,
  action: 'deploy' | 'rescue' | 'discover',
  steps: string,
  key: KeyObject,
): string {
  return signDocument(
    [
      line('heorot-plan', 1),
      line('node', node),
      line('mac', mac),
      line('deployment', deployment),
      line('nonce', nonce),
      line('action', action),
      ...steps.split('\n').filter((each) => each !== ''),
    ],
    key,
  );
}
