// The result of a run in short: what did not pass, equal findings once under folded names, and how many got which verdict.
import { type FinalCount, formatBytes, renderFinalLine, type Theme } from '@heorot/cli';
import { NodeSet } from '@heorot/inventory';
import { verdicts } from '../judge/verdict.ts';
import type { NodeResult, RunResult } from '../model/run-result.ts';
import { type GroupValues, groupValues } from '../report/group-values.ts';
import { commonCause, describeTwoClusters } from '../report/two-clusters.ts';

/** At most so many different findings are told; the report has them all. */
const MOST_FINDINGS = 50;

export function verdictLines(result: RunResult, theme: Theme): readonly string[] {
  const bad = result.nodes.filter(({ verdict }) => verdict !== 'pass');
  const alike = [
    ...Map.groupBy(bad, ({ verdict, reasons: [reason] }) => `${verdict}: ${reason?.text ?? ''}`).values(),
  ];
  const told = alike.slice(0, MOST_FINDINGS).flatMap((nodes) => findingLines(nodes, theme));
  const left = alike.slice(MOST_FINDINGS).flat();
  return [
    ...told,
    ...(left.length > 0 ? [`and ${left.length} more nodes: ${namesOf(left)}`] : []),
    ...groupValues(result).flatMap((values) => clusterLines(values, theme)),
  ];
}

/** Of nodes that pass one by one. */
function clusterLines(values: GroupValues, theme: Theme): readonly string[] {
  const clusters = describeTwoClusters(values);
  if (clusters === null) return [];
  return [
    `${theme.warning(values.group.measurement)}: ${clusters}`,
    `  ${theme.dim('next:')} ${commonCause}`,
  ];
}

function findingLines(nodes: readonly NodeResult[], theme: Theme): readonly string[] {
  const [first] = nodes;
  const [reason] = first?.reasons ?? [];
  return [
    `${theme.node(namesOf(nodes))}: ${theme.bad(first?.verdict ?? '')}: ${reason?.text ?? ''}`,
    `  ${theme.dim('next:')} ${reason?.next ?? ''}`,
  ];
}

/** @example `7 pass, 1 data-error (n7) · 58 GiB of memory tested on each node` */
export function verdictSummary(result: RunResult, theme: Theme): string {
  const counts = verdicts.toReversed().flatMap((verdict): FinalCount[] => {
    const nodes = result.nodes.filter((node) => node.verdict === verdict);
    const mood = verdict === 'pass' ? 'good' : verdict === 'pass-degraded' ? 'warning' : 'bad';
    const named = verdict === 'pass' ? {} : { nodes: namesOf(nodes) };
    return [{ count: nodes.length, what: verdict, mood, ...named }];
  });
  return `${renderFinalLine(counts, undefined, theme)}${testedOf(result)}`;
}

/** A pass is worth what was tested: it is said beside it. */
function testedOf({ nodes }: RunResult): string {
  const tested = nodes.map(({ engines }) => Math.max(0, ...engines.map(({ bytesTested }) => bytesTested)));
  if (tested.length === 0) return '';
  const [least, most] = [Math.min(...tested), Math.max(...tested)];
  const amount = least === most ? formatBytes(most) : `${formatBytes(least)} to ${formatBytes(most)}`;
  return ` · ${amount} of memory tested${nodes.length === 1 ? '' : ' on each'}`;
}

const namesOf = (nodes: readonly NodeResult[]): string =>
  NodeSet.from(nodes.map(({ node }) => node)).toString();
