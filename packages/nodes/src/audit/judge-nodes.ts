// All findings about all nodes, equal ones once. Pure: answers in, findings out.
import type { NodeAnswer } from './ask/parse-answer.ts';
import { compareNodes } from './checks/compare-nodes.ts';
import { judgeAccounts } from './checks/judge-accounts.ts';
import { judgeAge } from './checks/judge-age.ts';
import { type ClockReading, judgeClock } from './checks/judge-clock.ts';
import { judgeExports } from './checks/judge-exports.ts';
import { judgeKeys } from './checks/judge-keys.ts';
import { judgeListening } from './checks/judge-listening.ts';
import { judgeSshd } from './checks/judge-sshd.ts';
import { judgeWritable } from './checks/judge-writable.ts';
import { type CheckName, type Finding, type SharedFinding, severities } from './finding.ts';

export interface AuditedNode {
  readonly answer: NodeAnswer;
  readonly clock: ClockReading | undefined;
}

interface Judge {
  (node: AuditedNode, now: Date): readonly Finding[];
}

const judges: Readonly<Record<CheckName, Judge>> = {
  listening: ({ answer }) => judgeListening(answer),
  sshd: ({ answer }) => judgeSshd(answer),
  accounts: ({ answer }) => judgeAccounts(answer),
  keys: ({ answer }) => judgeKeys(answer),
  writable: ({ answer }) => judgeWritable(answer),
  // Only the comparison of nodes can tell.
  identity: () => [],
  exports: ({ answer }) => judgeExports(answer),
  age: ({ answer }, now) => judgeAge(answer, now),
  clock: ({ clock }) => judgeClock(clock),
};

/** The gravest first, then those that most nodes have. */
export function judgeNodes(
  nodes: ReadonlyMap<string, AuditedNode>,
  checks: readonly CheckName[],
  now: Date,
): readonly SharedFinding[] {
  const folded = new Map<string, { finding: Finding; nodes: string[] }>();
  for (const [node, audited] of nodes) {
    for (const finding of checks.flatMap((check) => judges[check](audited, now))) {
      const key = JSON.stringify(finding);
      const known = folded.get(key) ?? { finding, nodes: [] };
      if (known.nodes.at(-1) !== node) known.nodes.push(node);
      folded.set(key, known);
    }
  }
  const answers = new Map([...nodes].map(([node, { answer }]) => [node, answer]));
  const shared = [...folded.values()].map(({ finding, nodes: holders }) => ({ ...finding, nodes: holders }));
  return [...shared, ...compareNodes(answers, checks)].toSorted(
    (a, b) =>
      severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
      b.nodes.length - a.nodes.length ||
      a.id.localeCompare(b.id),
  );
}
