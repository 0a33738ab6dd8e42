// From flags to what every verb that watches stands on: the inventory, the selected nodes, a source of readings for them,
// and the live cluster that takes what the source tells.
import { hostname } from 'node:os';
import type { CommandContext } from '@heorot/cli';
import type { Fanout, Target } from '@heorot/fanout';
import { HeorotError, type Inventory, isHostName, NodeSet, parseHostName } from '@heorot/inventory';
import { agentKeyFile, readAgentKey } from '../agent/agent-key.ts';
import { AgentSource } from '../agent/agent-source.ts';
import { parseListenAddress } from '../agent/listen-address.ts';
import type { NetmonFlags } from '../flags/netmon-flags.ts';
import { LiveCluster } from '../live/live-cluster.ts';
import { ExporterSource } from './exporter/exporter-source.ts';
import { keepHeapTight } from './long-lived-heap.ts';
import { namesNodes, openReach, selectToWatch, targetsFor } from './open-reach.ts';
import type { Source } from './source.ts';
import { StreamSource } from './stream/stream-source.ts';

export interface OpenedSource extends AsyncDisposable {
  readonly inventory: Inventory;
  readonly nodes: NodeSet;
  readonly source: Source;
  /** Nothing is in it before `source.run(cluster.accept, signal)`. */
  readonly cluster: LiveCluster;
}

/** Faster than that, a clock of 10 ms steps says nothing (proc(5), uptime). */
const shortestIntervalMs = 100;

/**
 * Opens nothing yet: connections are made by `source.run`.
 *
 * @throws HeorotError for what is wrong with the flags, the cluster file or the selection
 * @example
 * await using opened = await openSource(input.flags, context);
 * await opened.source.run(opened.cluster.accept, context.signal);
 */
export async function openSource(flags: NetmonFlags, context: CommandContext): Promise<OpenedSource> {
  const { interval: intervalMs } = flags;
  if (intervalMs < shortestIntervalMs) {
    throw new HeorotError('usage', `flag --interval: ${intervalMs} ms is shorter than 100 ms`);
  }
  const local = flags.source === 'local';
  const { inventory, fanout } = await openReach(local ? { ...flags, transport: 'local' } : flags, context);
  const nodes = local ? thisMachine(flags) : await selectToWatch(flags, inventory, context);
  keepHeapTight(Number(nodes.size));
  const source = await sourceOf(flags, { inventory, nodes, fanout, env: context.env });
  return {
    inventory,
    nodes,
    source,
    cluster: new LiveCluster({ nodes: source.nodes, intervalMs, interfaces: flags.iface }),
    [Symbol.asyncDispose]: () => fanout[Symbol.asyncDispose](),
  };
}

interface Parts {
  readonly inventory: Inventory;
  readonly nodes: NodeSet;
  readonly fanout: Fanout;
  readonly env: CommandContext['env'];
}

function sourceOf(flags: NetmonFlags, parts: Parts): Source | Promise<Source> {
  const { inventory, nodes, fanout } = parts;
  const { source: name, interval: intervalMs } = flags;
  switch (name) {
    case 'local':
      return new StreamSource({
        name,
        fanout,
        targets: [...nodes].map(localTarget),
        intervalMs,
        connectWindow: 1,
      });
    case 'ssh':
      return new StreamSource({
        name,
        fanout,
        targets: targetsFor(inventory, nodes, flags),
        intervalMs,
        connectWindow: flags.fanout,
      });
    case 'node_exporter':
      return new ExporterSource({
        nodes: [...nodes].map((node) => ({ name: node, address: inventory.node(node).address })),
        intervalMs,
        port: flags['exporter-port'],
        path: flags['exporter-path'],
      });
    case 'agent':
      break;
  }
  return agentSource(flags, parts);
}

async function agentSource(flags: NetmonFlags, { inventory, nodes, env }: Parts): Promise<Source> {
  return new AgentSource({
    nodes: [...nodes],
    intervalMs: flags.interval,
    listen: parseListenAddress(flags['agent-listen'], '--agent-listen'),
    key: await readAgentKey(agentKeyFile(env, inventory.clusterName ?? '')),
  });
}

function localTarget(node: string): Target {
  return { node, host: parseHostName('localhost'), settings: { transport: 'local' } };
}

function thisMachine(flags: NetmonFlags): NodeSet {
  if (namesNodes(flags)) {
    throw new HeorotError('usage', 'source local is this machine: it takes no selection of nodes');
  }
  const name = hostname().split('.')[0] ?? '';
  return NodeSet.from([isHostName(name) ? name : 'localhost']);
}
