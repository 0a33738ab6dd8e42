// Outcomes in words and as keys for grouping.
import type { NodeResult, Outcome } from '@heorot/fanout';

/** Equal for outcomes that are told together: the kind, and the code or signal if it has one. */
export function outcomeKey(outcome: Outcome): string {
  if (outcome.kind === 'exit') return `exit ${outcome.code}`;
  if (outcome.kind === 'signal') return `signal ${outcome.signal}`;
  return outcome.kind;
}

/** Why, in the engine's words; undefined where the kind says it all. */
export function reasonOf(outcome: Outcome): string | undefined {
  return 'reason' in outcome ? outcome.reason : undefined;
}

/** Did not end ok, and was not left out on purpose. */
export function failed({ outcome }: NodeResult): boolean {
  return outcome.kind !== 'ok' && outcome.kind !== 'skipped';
}
