// What came of a script of kexec on a node, in words.
import { describeOutcome, type Outcome } from '@heorot/fanout';
import { refusedExit } from './kexec-scripts.ts';

/** `undefined` when it went well. */
export function whyNot(outcome: Outcome | undefined, stderr: string): string | undefined {
  if (outcome?.kind === 'ok') return undefined;
  const last = stderr.trim().split('\n').at(-1) ?? '';
  if (isRefusal(outcome)) return `no kexec: ${last}`;
  return `no kexec: ${outcome === undefined ? 'no answer' : describeOutcome(outcome)}${last === '' ? '' : `: ${last}`}`;
}

/** The node itself says that it cannot: trying again is no use. */
export function isRefusal(outcome: Outcome | undefined): boolean {
  return outcome?.kind === 'exit' && outcome.code === refusedExit;
}
