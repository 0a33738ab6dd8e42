// The result of a run in short: one line for each node that did not pass, and how many got which verdict.
import { type FinalCount, renderFinalLine, type Theme } from '@heorot/cli';
import { NodeSet } from '@heorot/inventory';
import { verdicts } from '../judge/verdict.ts';
import type { RunResult } from '../model/run-result.ts';

/** At most so many nodes are told one by one; the report has them all. */
const MOST_NODES = 50;

export function verdictLines(result: RunResult, theme: Theme): readonly string[] {
  const bad = result.nodes.filter(({ verdict }) => verdict !== 'pass');
  const told = bad
    .slice(0, MOST_NODES)
    .flatMap(({ node, verdict, reasons: [reason] }) => [
      `${theme.node(node)}: ${theme.bad(verdict)}: ${reason?.text ?? ''}`,
      `  ${theme.dim('next:')} ${reason?.next ?? ''}`,
    ]);
  const more = bad.length > MOST_NODES ? [`and ${bad.length - MOST_NODES} more nodes`] : [];
  return [...told, ...more];
}

/** @example `7 pass, 1 data-error (n7); memtest-runner report shows all` */
export function verdictSummary(result: RunResult, theme: Theme): string {
  const counts = verdicts.toReversed().flatMap((verdict): FinalCount[] => {
    const nodes = result.nodes.filter((node) => node.verdict === verdict).map(({ node }) => node);
    const mood = verdict === 'pass' ? 'good' : verdict === 'pass-degraded' ? 'warning' : 'bad';
    return [
      {
        count: nodes.length,
        what: verdict,
        mood,
        ...(verdict === 'pass' ? {} : { nodes: NodeSet.from(nodes).toString() }),
      },
    ];
  });
  return renderFinalLine(counts, undefined, theme);
}
