// One way to put the nodes into groups: the racks of the cluster file, or a group source.

export interface Grouping {
  readonly name: string;
  /** Undefined for a node that is in no group. */
  groupOf(node: string): string | undefined;
}

/** The heading for nodes that are in no group. */
export const ungrouped = '(no group)';
