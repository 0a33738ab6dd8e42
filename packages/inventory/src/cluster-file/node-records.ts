// Builds the record of a node when it is asked for: what the node sets, over facts, over `defaults`.
import type { SourcedSettings } from '../groups/group-source.ts';
import { parseHostName } from '../host-name/host-name.ts';
import type { Facts } from './facts.ts';
import type { BmcRecord, NodeRecord, NodeSettings } from './node-record.ts';
import type { NodeTable, PlacedNode } from './node-table.ts';
import { settingsOf } from './settings.ts';

export interface NodeKnowledge {
  readonly defaults: NodeSettings;
  readonly table: NodeTable;
  readonly macs: ReadonlyMap<string, string>;
  readonly facts: Facts;
  readonly resolvePath: (file: string) => string;
}

/** @param sourced what a group source said of the node: below the cluster file, above `defaults` */
export function nodeRecord(
  name: string,
  knowledge: NodeKnowledge,
  sourced: SourcedSettings | undefined,
  isKnown: boolean,
): NodeRecord {
  const host = parseHostName(name);
  const placed = knowledge.table.get(name);
  const own = placed ? settingsOf(placed.entry.content, knowledge.resolvePath) : {};
  const labels = {
    ...knowledge.defaults.labels,
    ...knowledge.facts.get(name)?.labels,
    ...sourced?.labels,
    ...own.labels,
  };
  const mac = placed?.entry.macs?.[placed.position] ?? knowledge.macs.get(name);
  const rack = placed?.entry.racks?.[placed.position];
  const bmc = placed && bmcOf(placed, knowledge);
  const address = placed?.entry.addresses?.[placed.position];
  return {
    ...knowledge.defaults,
    address: host,
    ...sourced,
    ...own,
    ...(address === undefined ? {} : { address: parseHostName(address) }),
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
    ...(mac === undefined ? {} : { mac }),
    ...(rack === undefined ? {} : { rack }),
    ...(bmc === undefined ? {} : { bmc }),
    name: host,
    known: isKnown,
  };
}

function bmcOf({ entry, position }: PlacedNode, knowledge: NodeKnowledge): BmcRecord | undefined {
  const address = entry.bmcAddresses?.[position];
  if (address === undefined) return undefined;
  const { user, passwordFile } = entry.content.bmc ?? {};
  return {
    address: parseHostName(address),
    ...(user === undefined ? {} : { user }),
    ...(passwordFile === undefined ? {} : { passwordFile: knowledge.resolvePath(passwordFile) }),
  };
}
