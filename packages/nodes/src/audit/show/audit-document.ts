// The document of `nodes audit --json`: docs/reference/nodes.schema.json.
import { NodeSet } from '@heorot/inventory';
import type { AuditAnswers } from '../ask/ask-audit.ts';
import { skewOf } from '../checks/judge-clock.ts';
import { type CheckName, findingsByNode, type SharedFinding } from '../finding.ts';

/** Findings fold over nodes; `byNode` holds the places in `findings` that concern a node. */
export function auditDocument(
  { audited, failures, cut }: Pick<AuditAnswers, 'audited' | 'failures' | 'cut'>,
  checks: readonly CheckName[],
  findings: readonly SharedFinding[],
) {
  const places = findingsByNode(findings);
  return {
    checks,
    asked: NodeSet.from([...audited.keys(), ...failures.map(({ node }) => node), ...cut]).toString(),
    answered: NodeSet.from(audited.keys()).toString(),
    findings: findings.map(({ nodes, ...finding }) => ({
      ...finding,
      nodes: NodeSet.from(nodes).toString(),
    })),
    byNode: Object.fromEntries(
      [...audited].map(([node, { answer, clock }]) => {
        const skew = clock === undefined ? undefined : skewOf(clock);
        return [
          node,
          {
            findings: places.get(node) ?? [],
            asRoot: answer.isRoot,
            unseen: answer.unseen,
            clockSkewMs: skew === undefined ? null : round(skew.ms),
            clockUncertaintyMs: skew === undefined ? null : round(skew.uncertaintyMs),
          },
        ];
      }),
    ),
    failures: [...failures.map(({ node, outcome }) => ({ node, outcome })), ...cut.map(cutFailure)],
  };
}

const cutFailure = (node: string) => ({ node, outcome: { kind: 'cut', reason: 'its answer is not whole' } });

const round = (ms: number) => Math.round(ms * 10) / 10;
