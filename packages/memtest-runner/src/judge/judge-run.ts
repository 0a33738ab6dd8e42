// From what the runner brought home of every node to the result of the run: speeds are judged across comparable nodes, then each
// node by itself. Pure.
import { NodeSet } from '@heorot/inventory';
import type { NodeParts, NodeResult, RunParts, RunResult } from '../model/run-result.ts';
import { judgeBandwidth } from './judge-bandwidth.ts';
import type { MeasuredSlow } from './outliers.ts';
import { judgeNode } from './verdict.ts';

/** Best values of earlier runs of the same machine with the same measurement, oldest first: `earlierSpeeds` of the history. */
export type EarlierSpeeds = (node: NodeParts, measurement: string) => readonly number[];

/**
 * Judges a run that has ended, or one that is still under way: what is unknown yet only makes the verdict milder.
 *
 * @example judgeRun(parts, earlierSpeeds(database)).suspects // 'n[7,19]'
 */
export function judgeRun(parts: RunParts, earlier: EarlierSpeeds = () => []): RunResult {
  const { groups, slow } = judgeBandwidth(parts.nodes, earlier);
  const nodes = parts.nodes.map((node) => judged(node, slow.get(node.node) ?? []));
  const { nodes: _, ...header } = parts;
  return { ...header, nodes, groups, suspects: suspectsOf(nodes) };
}

function judged(parts: NodeParts, slow: readonly MeasuredSlow[]): NodeResult {
  const { node, rack, engines, facts, timeline, bootIds, busy, failure, survival } = parts;
  const evidence = { survival, ...parts.evidence };
  const running = survival.kind === 'up' && timeline.some(({ ending }) => ending === 'running');
  const { verdict, reasons } = judgeNode({ node, engines, evidence, slow, busy, failure, running });
  return { node, verdict, reasons, engines, evidence, facts, timeline, bootIds, rack };
}

/** All that did not pass, in one line. */
function suspectsOf(nodes: readonly Pick<NodeResult, 'node' | 'verdict'>[]): string {
  return NodeSet.from(nodes.flatMap(({ node, verdict }) => (verdict === 'pass' ? [] : [node]))).toString();
}
