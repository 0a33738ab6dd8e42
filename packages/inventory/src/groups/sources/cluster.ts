// The groups of the cluster file itself: the default source, named `cluster`.
import type { NodeTable } from '../../cluster-file/node-table.ts';
import type { ClusterFile } from '../../cluster-file/read-cluster-file.ts';
import { type GroupSource, tableSource } from '../group-source.ts';

export const CLUSTER_SOURCE = 'cluster';

/** Every node is what `nodes:` names; without `nodes:` it is what all groups hold. */
export function clusterSource({ content, where }: ClusterFile, table: NodeTable): GroupSource {
  const groups = new Map(
    Object.entries(content.groups ?? {}).map(([group, expression]) => [group, [expression]]),
  );
  const all = table.size > 0 ? [...table.keys()] : [...groups.values()].flat();
  return {
    ...tableSource(CLUSTER_SOURCE, async () => ({ groups, all })),
    where: (group) => where(['groups', group], 'value'),
  };
}
