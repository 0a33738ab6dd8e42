// One place that knows groups of nodes: a file, a command, Slurm. Resolving expressions over them: group-resolver.ts.
import type { NodeSettings } from '../cluster-file/node-record.ts';
import type { HostName } from '../host-name/host-name.ts';

export interface GroupSource {
  /** What stands before the colon in `@source:group`. */
  readonly name: string;
  /** Answers by running programs, which may be slow: not asked for a mere hint. */
  readonly asksPrograms?: boolean;
  /**
   * What the group holds: names or node-set expressions, to be united; undefined when the source has no such group.
   * A `@group` inside means a group of the same source.
   * @throws HeorotError `source-failed`, or what the source's file has wrong
   */
  members(group: string): Promise<readonly string[] | undefined>;
  groupNames(): Promise<readonly string[]>;
  /** Every node of the source, as {@link members}. */
  all(): Promise<readonly string[]>;
  /** The groups of a node, where the source can tell without listing all of them. */
  groupsOf?(node: string): Promise<readonly string[]>;
  /** `file:line:column` of what the group says, for errors in it. */
  where?(group: string): string | undefined;
  /** What the source said of a node while it was read (`user@host` in a dsh group). */
  settingsOf?(node: string): SourcedSettings | undefined;
}

export interface SourcedSettings extends NodeSettings {
  readonly address?: HostName;
}

/** Groups that are known whole once a file is read: most sources. The file is read when first asked, and once. */
export function tableSource(name: string, read: () => Promise<GroupTable>): GroupSource {
  let table: Promise<GroupTable> | undefined;
  let settings: GroupTable['settings'];
  const load = async () => {
    table ??= read();
    const loaded = await table;
    settings = loaded.settings;
    return loaded;
  };
  return {
    name,
    members: async (group) => (await load()).groups.get(group),
    groupNames: async () => [...(await load()).groups.keys()],
    all: async () => (await load()).all,
    settingsOf: (node) => settings?.get(node),
  };
}

export interface GroupTable {
  readonly groups: ReadonlyMap<string, readonly string[]>;
  readonly all: readonly string[];
  readonly settings?: ReadonlyMap<string, SourcedSettings> | undefined;
}
