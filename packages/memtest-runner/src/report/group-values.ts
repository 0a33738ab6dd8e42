// The values of each group of comparable nodes, as the judge saw them.
import { groupOf, judgedBandwidths, measurementOf } from '../judge/judge-bandwidth.ts';
import type { MeasuredGroup, NodeResult, RunResult } from '../model/run-result.ts';

export interface GroupValues {
  readonly group: MeasuredGroup;
  /** Bytes per second, best of the trials. */
  readonly values: readonly { readonly node: string; readonly value: number }[];
}

export function groupValues({ groups, nodes }: RunResult): readonly GroupValues[] {
  const measured = Map.groupBy(
    nodes.flatMap((node) => measuredOf(node)),
    ({ key }) => key,
  );
  return groups.map((group) => ({
    group,
    values: measured.get(`${group.measurement}\n${group.group}`) ?? [],
  }));
}

function measuredOf({ node, engines, facts }: NodeResult) {
  const group = groupOf(facts);
  return judgedBandwidths({ engines }).map((bandwidth) => ({
    key: `${measurementOf(bandwidth)}\n${group}`,
    node,
    value: bandwidth.bytesPerSecond,
  }));
}
