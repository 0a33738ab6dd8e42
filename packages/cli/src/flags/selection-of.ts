// From parsed flags to what the inventory selects.
import type { Selection } from '@heorot/inventory';
import type { FlagValues } from './flag-table.ts';
import type { selectionFlags } from './shared-flags.ts';

export type SelectionValues = Pick<
  FlagValues<typeof selectionFlags>,
  'nodes' | 'group' | 'all' | 'exclude' | 'exclude-group'
>;

/** @example await inventory.select(selectionOf(input.flags)) */
export function selectionOf(values: SelectionValues): Selection {
  return {
    nodes: values.nodes,
    groups: values.group,
    all: values.all,
    exclude: values.exclude,
    excludeGroups: values['exclude-group'],
  };
}
