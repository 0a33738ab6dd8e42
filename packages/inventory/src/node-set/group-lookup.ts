// What the evaluation of node-set expressions asks of the group sources. The sources themselves: groups/.

/** Answers in node-set expressions: they are evaluated in turn, so a group may be made of groups. */
export interface GroupLookup {
  /**
   * The expression behind `@group` (default source: `source` undefined) or `@source:group`.
   * @throws HeorotError `group-unknown`, `source-unknown`, `source-failed`
   */
  members(source: string | undefined, group: string): Promise<string>;
  /** The names of a source's groups, for `@@source`; a name may fold several (`rack[1-4]`). */
  groupNames(source: string | undefined): Promise<readonly string[]>;
  /** The expression for every node of a source: `@*`, `@source:*`, and what `node*` is matched against. */
  all(source: string | undefined): Promise<string>;
}
