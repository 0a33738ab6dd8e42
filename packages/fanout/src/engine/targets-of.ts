// Targets from the inventory: what a node's record says, under what the command line says.
import type { Inventory, NodeRecord, NodeSet } from '@heorot/inventory';
import type { Target, TargetSettings } from '../model/target.ts';

/** @param overrides what the command line says, for every node */
export function targetsOf(
  inventory: Pick<Inventory, 'node'>,
  nodes: NodeSet,
  overrides: TargetSettings = {},
): readonly Target[] {
  return Array.from(nodes, (name) => targetOf(inventory.node(name), overrides));
}

export function targetOf(record: NodeRecord, overrides: TargetSettings = {}): Target {
  const { user, port, identity, knownHosts, gateway, transport, connectTimeoutMs } = record;
  const labels = { ...(record.rack === undefined ? {} : { rack: record.rack }), ...record.labels };
  return {
    node: record.name,
    host: record.address,
    settings: {
      ...(user === undefined ? {} : { user }),
      ...(port === undefined ? {} : { port }),
      ...(identity === undefined ? {} : { identity }),
      ...(knownHosts === undefined ? {} : { knownHosts }),
      ...(gateway === undefined ? {} : { gateway }),
      ...(transport === undefined ? {} : { transport }),
      ...(connectTimeoutMs === undefined ? {} : { connectTimeoutMs }),
      ...overrides,
    },
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
  };
}
