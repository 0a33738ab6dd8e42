// The inventory as every tool sees it: node sets in, node records out. Opening one: open-inventory.ts.
import type { NodeSet } from '../node-set/node-set.ts';
import type { NodeRecord, NodeSettings } from './node-record.ts';

/** The node selection flags that all tools share (`-w -g -a -x -X`). */
export interface Selection {
  /** `-w`, united in order; node-set expressions. */
  readonly nodes: readonly string[];
  /** `-g`, the same as `@NAME`. */
  readonly groups: readonly string[];
  readonly all: boolean;
  /** `-x`, taken away at the end. */
  readonly exclude: readonly string[];
  /** `-X` */
  readonly excludeGroups: readonly string[];
}

export interface Inventory {
  /** The cluster file in use; undefined when there is none. */
  readonly path: string | undefined;
  readonly clusterName: string | undefined;
  readonly defaults: NodeSettings;
  /** The file of learnt MAC addresses (`macs:`), absolute; undefined when the cluster file names none. */
  readonly macsFile: string | undefined;
  /** The file of discovered facts (`facts:`), absolute; undefined when the cluster file names none. */
  readonly factsFile: string | undefined;
  /** How long connections stay open after their last use, for later runs (`hold:`); undefined = they do not. */
  readonly holdMs: number | undefined;

  /**
   * Evaluates a node-set expression with groups.
   * @param source where `@group` and `@*` without a source are looked up; the default source
   * @throws HeorotError `node-set-syntax` (offset and hint), `group-unknown`, `group-empty`, `source-unknown`, `source-failed`, `host-name-invalid`
   */
  resolve(expression: string, source?: string): Promise<NodeSet>;
  /** Every node of a source (default: the default source). */
  all(source?: string): Promise<NodeSet>;
  /**
   * What `-w -g -a -x -X` select.
   * @throws as {@link resolve}; `selection-empty` when nothing is selected or nothing is left
   */
  select(selection: Selection): Promise<NodeSet>;
  /** The record of a node; a name no source knows gets a record with `known: false`. */
  node(name: string): NodeRecord;

  /** Names of the group sources, the default one first. */
  sources(): readonly string[];
  /** Group names of a source (default: the default source), sorted naturally. */
  groups(source?: string): Promise<readonly string[]>;
  /** The groups, of one source or of all, that contain the node. */
  groupsOf(node: string, source?: string): Promise<readonly { source: string; group: string }[]>;
}
