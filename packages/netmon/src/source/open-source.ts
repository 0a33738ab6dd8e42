// From flags to what every verb that watches stands on: the inventory, the selected nodes, a source of readings for them,
// and the live cluster that takes what the source tells.
import { hostname } from 'node:os';
import {
  askSecret,
  type CommandContext,
  openCommandInventory,
  passphrasePrompt,
  selectionOf,
} from '@heorot/cli';
import { type Fanout, openFanout, type Target, targetsOf } from '@heorot/fanout';
import { HeorotError, type Inventory, isHostName, NodeSet, parseHostName } from '@heorot/inventory';
import type { NetmonFlags } from '../flags/netmon-flags.ts';
import { LiveCluster } from '../live/live-cluster.ts';
import { ExporterSource } from './exporter/exporter-source.ts';
import { keepHeapTight } from './long-lived-heap.ts';
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
  const inventory = await openCommandInventory(flags, context);
  const local = flags.source === 'local';
  const nodes = local ? thisMachine(flags) : await selectNodes(flags, inventory, context);
  keepHeapTight(Number(nodes.size));
  const fanout = openFanout({
    inventory,
    connection: {
      sshConfigFile: flags['ssh-config'],
      transport: local ? 'local' : flags.transport,
      acceptNew: flags['accept-new'],
    },
    credentials: {
      askPassphrase:
        context.stdin.isTTY === true
          ? (path, attempt) => askSecret(context, passphrasePrompt(path, attempt), context.signal)
          : undefined,
    },
    note: (node, text) => {
      if (!flags.quiet) context.stderr.write(`${context.theme.stderr.warning(`${node}:`)} ${text}\n`);
    },
  });
  const source = sourceOf(flags, { inventory, nodes, fanout });
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
}

function sourceOf(flags: NetmonFlags, { inventory, nodes, fanout }: Parts): Source {
  const { source: name, interval: intervalMs, user, 'connect-timeout': connectTimeoutMs } = flags;
  switch (name) {
    case 'local':
      return new StreamSource({
        name,
        fanout,
        targets: [...nodes].map(localTarget),
        intervalMs,
        connectWindow: 1,
      });
    case 'ssh': {
      const targets = targetsOf(inventory, nodes, {
        ...(user === undefined ? {} : { user }),
        ...(connectTimeoutMs === undefined ? {} : { connectTimeoutMs }),
      });
      return new StreamSource({ name, fanout, targets, intervalMs, connectWindow: flags.fanout });
    }
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
  throw new HeorotError('usage', `source ${name} is not there yet`);
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

/** Watching needs no flags: all nodes of the cluster file, as nothing is changed by it. */
async function selectNodes(
  flags: NetmonFlags,
  inventory: Inventory,
  context: CommandContext,
): Promise<NodeSet> {
  const selection = selectionOf(flags);
  if (namesNodes(flags) || inventory.path === undefined) return await inventory.select(selection);
  if (!flags.quiet) context.stderr.write(`watching all nodes of ${inventory.path}\n`);
  return await inventory.select({ ...selection, all: true });
}

function namesNodes({ nodes, group, all }: NetmonFlags): boolean {
  return nodes.length > 0 || group.length > 0 || all;
}
