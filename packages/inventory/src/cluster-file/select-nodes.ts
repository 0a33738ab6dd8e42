// What `-w -g -a -x -X` select, the same for every tool.
import { HeorotError } from '../error/heorot-error.ts';
import type { GroupResolver } from '../groups/group-resolver.ts';
import { NodeSet } from '../node-set/node-set.ts';
import type { Selection } from './inventory.ts';

/** @throws HeorotError `selection-empty` when nothing is selected or nothing is left */
export async function selectNodes(selection: Selection, groups: GroupResolver): Promise<NodeSet> {
  const { nodes, all, exclude, excludeGroups } = selection;
  if (nodes.length === 0 && selection.groups.length === 0 && !all) {
    throw new HeorotError('selection-empty', 'no nodes were selected', {
      hint: 'say which: -w NODES, -g GROUP or -a for all',
    });
  }
  const chosen = [all ? await groups.all() : NodeSet.empty];
  for (const expression of [...nodes, ...selection.groups.map(asExpression)]) {
    chosen.push(await groups.resolve(expression));
  }
  const excluded: NodeSet[] = [];
  for (const expression of [...exclude, ...excludeGroups.map(asExpression)]) {
    excluded.push(await resolveExcluded(expression, groups));
  }
  const selected = NodeSet.union(chosen).difference(NodeSet.union(excluded));
  if (selected.isEmpty) {
    throw new HeorotError('selection-empty', 'no nodes are left after what was taken away', {
      hint: 'see what each part holds: nodes fold SET',
    });
  }
  return selected;
}

/** To exclude an empty group (`-X slurm:state:down` on a good day) is no mistake. */
async function resolveExcluded(expression: string, groups: GroupResolver): Promise<NodeSet> {
  const parts = /[!&^]/.test(expression) ? [expression] : expression.split(COMMA_OUTSIDE_BRACKETS);
  const sets: NodeSet[] = [];
  for (const part of parts) {
    try {
      sets.push(await groups.resolve(part));
    } catch (error) {
      if (!(error instanceof HeorotError) || error.code !== 'group-empty') throw error;
    }
  }
  return NodeSet.union(sets);
}

const COMMA_OUTSIDE_BRACKETS = /,(?![^[]*\])/;

/** `compute` is `@compute`; several may be separated by commas, as pdsh and clush allow. */
function asExpression(group: string): string {
  const names = group.split(COMMA_OUTSIDE_BRACKETS);
  return names.map((name) => (name.startsWith('@') ? name : `@${name.trim()}`)).join(',');
}
