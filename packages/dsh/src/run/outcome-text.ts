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

/** What reasons of several nodes have in common: they name the node, or end in its address (`refused: 10.1.0.7 port 22`). */
export function headOf(reason: string, node: string): string {
  const [head = reason] = reason.split(': ', 1);
  return head.replaceAll(node, 'the node').replace(/ while connecting to \S+ port \d+$/, '');
}
