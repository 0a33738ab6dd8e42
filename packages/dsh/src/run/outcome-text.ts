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

/** A command was given up, or its node was lost, and it could not be ended. */
export function mayStillRun(outcome: Outcome): boolean {
  return 'cleanup' in outcome && outcome.cleanup === 'may-still-run';
}

/** Did not end ok, and was not left out on purpose. */
export function failed({ outcome }: NodeResult): boolean {
  return outcome.kind !== 'ok' && outcome.kind !== 'skipped';
}
