// Answers of nodes for tests, from lines as the audit script prints them.
import { auditMarker } from '../ask/audit-script.ts';
import { type NodeAnswer, parseAnswer } from '../ask/parse-answer.ts';

/** An answer of root that holds these lines. */
export function answerOf(...lines: readonly string[]): NodeAnswer {
  const answer = parseAnswer([auditMarker, 'root\t0', ...lines, 'end', ''].join('\n'));
  if (answer === undefined) throw new Error('not whole');
  return answer;
}

/** Joins fields by tabs. */
export const row = (...fields: readonly string[]) => fields.join('\t');

/** `id severity` of findings, sorted. */
export const briefly = (findings: readonly { readonly id: string; readonly severity: string }[]) =>
  findings.map(({ id, severity }) => `${id} ${severity}`).toSorted();
