// How a group is written in a node-set expression.

export interface GroupNaming {
  /** Undefined: the default source, which is not written. */
  readonly groupsource: string | undefined;
  /** Leave the source away: nodeset's -G. */
  readonly groupbase: boolean;
}

/** @example groupReference('r1', { groupsource: 'racks', groupbase: false }) // '@racks:r1' */
export function groupReference(group: string, { groupsource, groupbase }: GroupNaming): string {
  return groupsource === undefined || groupbase ? `@${group}` : `@${groupsource}:${group}`;
}
